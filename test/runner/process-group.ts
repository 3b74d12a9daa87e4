import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

/** A detached child leads a group of its own: all that it starts, unless that detaches as well. */

const graceMs = 2_000
const pollMs = 20

/** SIGTERM, so that servers can put things away, and after two seconds SIGKILL. */
export async function endGroup(leader: number): Promise<void> {
  signalGroup(leader, 'SIGTERM')
  if (!(await groupEnded(leader))) signalGroup(leader, 'SIGKILL')
}

/**
 * What a test file left running when it ended, two seconds later; that is then killed.
 * @returns one line per process: its id and command line
 */
export async function reapGroup(leader: number): Promise<string[]> {
  if (await groupEnded(leader)) return []
  const left = groupMembers(leader)
  signalGroup(leader, 'SIGKILL')
  return left
}

async function groupEnded(leader: number): Promise<boolean> {
  const deadline = performance.now() + graceMs
  while (signalGroup(leader, 0)) {
    if (performance.now() > deadline) return false
    await delay(pollMs)
  }
  return true
}

/** @returns false if nobody is there to receive it */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal)
  } catch {
    return false
  }
}

/** Without zombies: they have ended, only nobody has asked for their exit code. */
function groupMembers(leader: number): string[] {
  const format = ['-o', 'pgid=', '-o', 'stat=', '-o', 'pid=', '-o', 'args=']
  return execFileSync('ps', ['-A', ...format], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter((found) => Number(found?.[1]) === leader && !found?.[2]?.startsWith('Z'))
    .map((found) => found?.[3] ?? '')
}
