import { getAsset } from 'node:sea'

/** `runtime/own-files.ts` for the binary: a module is an asset, and started from its text. */
export const ownModule: typeof import('../../runtime/own-files.ts').ownModule = (path) =>
  new URL(`data:text/javascript;base64,${Buffer.from(getAsset(path)).toString('base64')}`)
