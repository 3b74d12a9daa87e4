import { registerHooks } from 'node:module'
import { Socket } from 'node:net'
import { breach, lifelineDescriptor } from './verdict.ts'

/**
 * The first import of a test file's process: what uvu doesn't notice ends up at the runner.
 * No `--import`, since workers and forks of the code under test would inherit that.
 */

declare global {
  var UVU_DEFER: number
  var UVU_QUEUE: unknown[][]
}

globalThis.UVU_DEFER = 1 // suites queue up, child.ts runs them
globalThis.UVU_QUEUE = [[]]

const guardedUvu = new URL('./guarded-uvu.ts', import.meta.url).href
/** Ends the process without a word to the runner about it. */
export const exit = process.exit.bind(process)

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'uvu' && context.parentURL !== guardedUvu
      ? { url: guardedUvu, shortCircuit: true }
      : next(specifier, context),
})

process.on('uncaughtException', (thrown) => {
  breach('an exception was caught by nobody', thrown)
  exit(1)
})

process.on('unhandledRejection', (reason) => {
  breach('a promise was rejected and nobody handled it', reason ?? new Error(String(reason)))
})

process.exit = (code) => {
  breach(`process.exit(${code ?? ''}) was called`, new Error('called here'))
  return exit(code)
}

const lifeline = new Socket({ fd: lifelineDescriptor })
lifeline.on('close', () => process.kill(-process.pid, 'SIGKILL')) // the whole group, ourselves too
lifeline.resume()
lifeline.unref()
