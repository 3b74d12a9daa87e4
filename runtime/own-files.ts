import { pathToFileURL } from 'node:url'

const root = pathToFileURL(`${import.meta.dirname}/../`)

/**
 * A module of ours that a thread is started with. The binary has no files: `deploy/binary/own-files.ts` stands for
 * this one there.
 * @param path from the repository's root, listed in `deploy/binary/bundle.ts`
 */
export const ownModule = (path: string): URL => new URL(path, root)
