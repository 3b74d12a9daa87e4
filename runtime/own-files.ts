/** What is found by where the sources lie. The binary has none: `deploy/binary/own-files.ts` stands for this there. */
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { SelfCommand } from './clients/lookup.ts'

const root = pathToFileURL(`${import.meta.dirname}/../`)

/** A module that a thread is started with. @param path from the repository's root, listed in `deploy/binary/bundle.ts` */
export const ownModule = (path: string): URL => new URL(path, root)

export const ownCommand: SelfCommand = {
  program: process.execPath,
  args: [fileURLToPath(new URL('runtime/main.ts', root))],
}
