import { readFile } from 'node:fs/promises'

const everyMs = 500

/**
 * Aborts once whoever started us is gone: a terminal's shell, or npm, which a kill -9 gives no time to tell.
 * npm puts a shell between itself and us, so the parent's parent is watched too where the system tells it.
 * @param startedByNpm else only our own parent counts
 */
export function orphaned(startedByNpm: boolean): AbortSignal {
  const abandoned = new AbortController()
  const parent = process.ppid
  const begin = startedByNpm ? parentOf(parent) : Promise.resolve(undefined)
  const timer = setInterval(async () => {
    const grandparent = startedByNpm ? await parentOf(parent) : undefined
    if (process.ppid === parent && grandparent === (await begin)) return
    clearInterval(timer)
    abandoned.abort(new Error('whoever started us is gone'))
  }, everyMs)
  timer.unref()
  return abandoned.signal
}

/** From /proc; undefined where there is none. The name in parentheses may hold anything, so it is cut off. */
async function parentOf(pid: number): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}
