import { readFile } from 'node:fs/promises'

/** User and system time of a process, milliseconds, in the ticks of Linux's /proc, a hundredth of a second each. */
export async function cpuMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ') // after the name, which may hold anything
  return (Number(fields[11]) + Number(fields[12])) * 10
}
