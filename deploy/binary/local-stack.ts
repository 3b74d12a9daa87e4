import { GiveUp } from '../../runtime/errors.ts'

/** `runtime/cli/local-stack.ts` for the binary: the stack's servers are built from sources, which are not in it. */
export const runStack: typeof import('../../runtime/cli/local-stack.ts').runStack = () =>
  Promise.reject(
    new GiveUp('the local stack is built from the repository: clone it, then npm ci and npm start'),
  )
