/** `runtime/own-files.ts` for the binary. */
import { getAsset } from 'node:sea'

type Own = typeof import('../../runtime/own-files.ts')

/** A module is an asset, and a thread is started with its text. */
export const ownModule: Own['ownModule'] = (path) =>
  new URL(`data:text/javascript;base64,${Buffer.from(getAsset(path)).toString('base64')}`)

export const ownCommand: Own['ownCommand'] = { program: process.execPath, args: [] }
