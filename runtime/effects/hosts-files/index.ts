import { type HostsName, wantedEntries } from '../../../functions/hosts-file/hosts-name.ts'
import { printHostsText, readHostsText } from '../../../functions/hosts-file/hosts-text.ts'
import type { Entry } from '../../../functions/hosts-file/own-line.ts'
import { remarksOn } from '../../../functions/hosts-file/remarks.ts'
import { GiveUp } from '../../errors.ts'
import { askNames } from './asking.ts'
import { type EditOptions, editFile } from './edit-file.ts'

export interface HostsFilesOptions extends Omit<EditOptions, 'signal'> {
  readonly paths: readonly string[]
  readonly names: readonly HostsName[]
  /** `address:port`, for names that have no address of their own. */
  readonly server: string
  /** Of each question; default 2,000. */
  readonly timeoutMs?: number
}

/** What was done to a file, and what somebody should know of it. */
export interface HostsFileChange {
  readonly path: string
  readonly changed: boolean
  /** Lines of ours in it now. */
  readonly entries: readonly Entry[]
  readonly remarks: readonly string[]
}

/** The host's own hosts files: lines of ours in them, beside those of others. */
export interface HostsFiles {
  /**
   * Makes our lines what the names are now. One of which the server says nothing keeps its lines.
   * @throws GiveUp or RetryLater for the first file that could not be written, once all were tried
   */
  write(signal: AbortSignal): Promise<readonly HostsFileChange[]>
  /**
   * Takes our lines out: where nobody else wrote, a file is again what it was, byte for byte. Not to be aborted.
   * @throws as `write` does, but not for a file that is not there or that we would not have written into
   */
  remove(): Promise<readonly HostsFileChange[]>
}

/** A file is tried for three seconds. */
const removalMs = 10_000

type Wanted = (now: readonly Entry[]) => readonly Entry[]

export function createHostsFiles(options: HostsFilesOptions): HostsFiles {
  const { paths, names, server, timeoutMs = 2_000, platform } = options
  const lineEnd = platform === 'win32' ? '\r\n' : '\n'

  async function edit(path: string, wanted: Wanted, signal: AbortSignal): Promise<HostsFileChange> {
    let [entries, remarks]: [readonly Entry[], readonly string[]] = [[], []]
    const changed = await editFile(
      path,
      (bytes) => {
        const text = readHostsText(bytes)
        if (!text) throw new GiveUp(`hosts file ${path}: it is UTF-16, but ends within a character`)
        entries = wanted(text.entries)
        const edited = printHostsText(text, entries, lineEnd)
        remarks = remarksOn(edited, entries)
        return edited
      },
      { ...options, signal },
    )
    return { path, changed, entries, remarks }
  }

  async function removeFrom(path: string): Promise<HostsFileChange> {
    try {
      return await edit(path, () => [], AbortSignal.timeout(removalMs))
    } catch (error) {
      if (!(error instanceof GiveUp)) throw error
      const { code } = (error.cause ?? {}) as NodeJS.ErrnoException
      if (code !== undefined && code !== 'ENOENT') throw error
      const remarks = code === undefined ? [error.message] : []
      return { path, changed: false, entries: [], remarks }
    }
  }

  async function each(change: (path: string) => Promise<HostsFileChange>) {
    const changes: HostsFileChange[] = []
    const faults: unknown[] = []
    for (const path of paths) {
      await change(path).then(
        (done) => changes.push(done),
        (fault: unknown) => faults.push(fault),
      )
    }
    if (faults.length > 0) throw faults[0]
    return changes
  }

  const inTurn = oneByOne()
  const remove = () => inTurn(() => each(removeFrom))
  return {
    write(signal) {
      if (names.length === 0) return remove() // there may be lines of another configuration
      return inTurn(async () => {
        const said = await askNames(server, names, { timeoutMs })
        return each((path) => edit(path, (now) => wantedEntries(names, said, now), signal))
      })
    },
    remove,
  }
}

/** A removal that is asked for while a write still waits for answers comes after it. */
function oneByOne() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(operation: () => Promise<T>): Promise<T> => {
    const next = last.then(operation)
    last = next.catch(() => undefined)
    return next
  }
}
