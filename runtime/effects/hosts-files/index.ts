import {
  type HostsName,
  type Said,
  wantedEntries,
} from '../../../functions/hosts-file/hosts-name.ts'
import { printHostsText, readHostsText } from '../../../functions/hosts-file/hosts-text.ts'
import type { Entry } from '../../../functions/hosts-file/own-line.ts'
import { remarksOn } from '../../../functions/hosts-file/remarks.ts'
import { GiveUp, joined } from '../../errors.ts'
import type { HostsFileChange, HostsFiles } from '../../host-context.ts'
import { type EditOptions, editFile } from '../files/edit-file.ts'
import { askNames } from './asking.ts'
import { hostsFileKind } from './kind.ts'
import { ownHostsPath } from './own-path.ts'

export interface HostsFilesOptions extends Omit<EditOptions, 'kind' | 'signal'> {
  /** None: the one that this host's resolver reads. */
  readonly paths: readonly string[]
  readonly names: readonly HostsName[]
  /** `address` or `address:port`. Without it nothing is known of names that have no address of their own. */
  readonly server: string | undefined
  /** Of each question; default 2,000. */
  readonly timeoutMs?: number
}

/** Of a removal, which nobody else aborts. */
const removalMs = 60_000

type Wanted = (now: readonly Entry[]) => readonly Entry[]

/**
 * The host's own hosts files: lines of ours in them, beside those of others. A name of which the DNS server says nothing
 * keeps its lines; once we have no line in it, a file is again what it was, byte for byte, if nobody else wrote.
 */
export function createHostsFiles(options: HostsFilesOptions): HostsFiles {
  const { paths, names, server, timeoutMs = 2_000, platform, run } = options
  const lineEnd = platform === 'win32' ? '\r\n' : '\n'

  async function edit(path: string, wanted: Wanted, signal: AbortSignal): Promise<HostsFileChange> {
    let remarks: readonly string[] = []
    const changed = await editFile(
      path,
      (bytes) => {
        const text = readHostsText(bytes)
        if (!text) throw new GiveUp(`hosts file ${path}: it is UTF-16, but ends within a character`)
        const entries = wanted(text.entries)
        const edited = printHostsText(text, entries, lineEnd)
        remarks = remarksOn(edited, entries)
        return edited
      },
      { ...options, kind: hostsFileKind, signal },
    )
    return { path, changed, remarks }
  }

  /** Files that are not there, or that we would not have written into, have no lines of ours. */
  async function removeFrom(path: string, signal: AbortSignal): Promise<HostsFileChange> {
    try {
      return await edit(path, () => [], signal)
    } catch (error) {
      if (!(error instanceof GiveUp)) throw error
      const { code } = (error.cause ?? {}) as NodeJS.ErrnoException
      if (code !== undefined && code !== 'ENOENT') throw error
      return { path, changed: false, remarks: code === undefined ? [error.message] : [] }
    }
  }

  let own: Promise<string> | undefined

  /** All are tried; then what failed is thrown. */
  async function each(change: (path: string) => Promise<HostsFileChange>, signal: AbortSignal) {
    own ??= paths.length > 0 ? undefined : ownHostsPath(run, { platform, signal })
    const changes: HostsFileChange[] = []
    const faults: unknown[] = []
    for (const path of own ? [await own] : paths) {
      await change(path).then(
        (done) => changes.push(done),
        (fault: unknown) => faults.push(fault),
      )
    }
    if (faults.length > 0) throw joined(faults)
    return changes
  }

  const inTurn = oneByOne()
  const remove = () => {
    const signal = AbortSignal.timeout(removalMs)
    return inTurn(() => each((path) => removeFrom(path, signal), signal))
  }
  return {
    write(signal) {
      if (names.length === 0) return remove() // there may be lines of another configuration
      return inTurn(async () => {
        const said = server ? await askNames(server, names, { timeoutMs }) : new Map<string, Said>()
        const wanted: Wanted = (now) => wantedEntries(names, said, now)
        return each((path) => edit(path, wanted, signal), signal)
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
