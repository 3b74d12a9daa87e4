import { readFileSync } from 'node:fs'

export interface OrphanedOptions {
  /** `npm_lifecycle_event` of our environment: what npm runs us for, undefined if it doesn't. */
  readonly lifecycleEvent: string | undefined
  /** Ends the watch. */
  readonly signal?: AbortSignal | undefined
  /** Default: 500. */
  readonly pollMs?: number
}

/**
 * Aborts once npm, which started us, is gone: it was killed by `kill -9` and could not tell. npm runs
 * a script by a shell, which may stay on as our parent, so all processes up to npm are watched. Does
 * nothing if npm did not start us: whoever did may end before us, as `nohup` and `&` want it.
 */
export function orphaned({ lifecycleEvent, signal, pollMs = 500 }: OrphanedOptions): AbortSignal {
  const alone = new AbortController()
  if (lifecycleEvent === undefined || signal?.aborted) return alone.signal
  const atFirst = parentsUpToNpm(lifecycleEvent)
  const timer = setInterval(() => {
    if (atFirst.every((pid, index) => parentOf(atFirst[index - 1]) === pid)) return
    clearInterval(timer)
    alone.abort(new Error('npm, which started this, is gone'))
  }, pollMs)
  timer.unref()
  signal?.addEventListener('abort', () => clearInterval(timer), { once: true })
  return alone.signal
}

/**
 * Our parent, its parent, and so on: npm is the first that doesn't itself run for the event. Without
 * Linux's `/proc` just our parent, which is npm where the shell replaces itself by its only command.
 */
function parentsUpToNpm(lifecycleEvent: string): number[] {
  const parents = [process.ppid]
  for (let pid = process.ppid; runsFor(lifecycleEvent, pid); ) {
    const parent = parentOf(pid)
    if (parent === undefined) break
    parents.push(parent)
    pid = parent
  }
  return parents
}

function runsFor(lifecycleEvent: string, pid: number): boolean {
  const variables = readProc(pid, 'environ')?.split('\0')
  return variables?.includes(`npm_lifecycle_event=${lifecycleEvent}`) ?? false
}

/** Of another process; without a pid, our own. Undefined if it is gone. */
function parentOf(pid?: number): number | undefined {
  if (pid === undefined) return process.ppid
  const stat = readProc(pid, 'stat') // 12 (name, which may hold anything) S 11 …
  return stat === undefined
    ? undefined
    : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function readProc(pid: number, file: 'environ' | 'stat'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}
