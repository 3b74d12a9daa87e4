import { realpath } from 'node:fs/promises'
import type { Clock } from '../../clock.ts'
import { RetryLater } from '../../errors.ts'
import { type FileKind, fileFault } from './faults.ts'
import { type ReplaceOptions, replaceFile } from './replace.ts'
import { takeSnapshot } from './snapshot.ts'
import { removeLeftovers } from './temporary.ts'

export interface EditOptions extends ReplaceOptions {
  readonly kind: FileKind
  readonly clock: Clock
}

/** So often somebody else may write between our look and our write. */
const maxTries = 10

/** On Windows a program that reads the file may keep others out, for a moment. */
const sharing = { codes: new Set(['EBUSY', 'EPERM', 'EACCES']), withinMs: 3_000, everyMs: 100 }

/**
 * Changes a file. If somebody else writes it meanwhile, theirs is edited instead: nothing of it is lost.
 * @param edit gets all of the file; it may throw, then nothing is done
 * @returns whether anything had to be written
 * @throws GiveUp, or RetryLater where time may help; told are the file and what helps
 */
export async function editFile(
  path: string,
  edit: (bytes: Uint8Array) => Uint8Array,
  options: EditOptions,
): Promise<boolean> {
  const { clock, platform, signal } = options
  const since = clock.now()
  for (;;) {
    try {
      await removeLeftovers(await realpath(path))
      return await editOnce(path, edit, options)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      const isShared = platform === 'win32' && sharing.codes.has(code)
      if (!isShared || clock.now() - since > sharing.withinMs) {
        throw fileFault(path, error, options)
      }
    }
    await clock.sleep(sharing.everyMs, signal)
  }
}

async function editOnce(
  path: string,
  edit: (bytes: Uint8Array) => Uint8Array,
  options: EditOptions,
): Promise<boolean> {
  let last: { readonly written: Uint8Array; readonly theirs: Uint8Array } | undefined
  for (let tries = 0; tries < maxTries; tries++) {
    const target = await realpath(path) // a link stays one; each time, as somebody may have put another one
    const snapshot = await takeSnapshot(target, `${options.kind.name} ${path}`)
    try {
      const { bytes } = snapshot
      const isOurLast = last !== undefined && bytes.equals(last.written)
      const written = edit(isOurLast && last ? last.theirs : bytes)
      if (bytes.equals(written)) return tries > 0
      const outcome = await replaceFile(target, snapshot, written, options)
      if (outcome.is === 'done') return true
      last = outcome.theirs && { written, theirs: outcome.theirs }
    } finally {
      await snapshot.handle.close()
    }
  }
  throw new RetryLater(`${options.kind.name} ${path}: somebody writes it again and again`)
}
