import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Clock } from '../../clock.ts'
import { RetryLater } from '../../errors.ts'

/** Held by one process at a time; the kernel frees it when that process ends, however it does. */
export type Lock = <T>(act: () => Promise<T>) => Promise<T>

export interface LockOptions {
  /** What is locked, by the name of its file; it need not exist. */
  readonly path: string
  readonly clock: Clock
  /** How long to wait for another process; default 60,000, longer than any of ours takes. */
  readonly patienceMs?: number
}

const pollMs = 50

/** @throws RetryLater if another process has it for too long */
export function createLock({ path, clock, patienceMs = 60_000 }: LockOptions): Lock {
  const take = takers[process.platform] ?? byName
  async function untilTaken(): Promise<Release> {
    const deadline = clock.now() + patienceMs
    for (;;) {
      const release = await take(path)
      if (release) return release
      if (clock.now() > deadline) {
        throw new RetryLater(`another k2s-dns is at ${path} for more than ${patienceMs} ms`)
      }
      await clock.sleep(pollMs)
    }
  }
  return async (act) => {
    const release = await untilTaken()
    try {
      return await act()
    } finally {
      await release()
    }
  }
}

type Release = () => Promise<void>
type Take = (path: string) => Promise<Release | undefined>

/** A name that only one can listen at: on Linux an abstract one (unix(7)), on Windows a pipe's. Neither is a file. */
const byName: Take = (path) =>
  new Promise((resolve, reject) => {
    const prefix = process.platform === 'win32' ? String.raw`\\.\pipe\k2s-dns-` : '\0k2s-dns-'
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(`${prefix}${createHash('sha256').update(path).digest('hex')}`, () =>
      resolve(() => new Promise((done) => server.close(() => done()))),
    )
  })

const exclusively = 0x20 | 0x4 | 0x200 | 0x2 // O_EXLOCK | O_NONBLOCK | O_CREAT | O_RDWR of open(2) there

/** macOS frees the name of a socket by hand only, but locks a file as it is opened. */
const byOpening: Take = async (path) => {
  try {
    const handle = await open(`${path}.lock`, exclusively, 0o600)
    return () => handle.close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}

const takers: Readonly<Partial<Record<NodeJS.Platform, Take>>> = { darwin: byOpening }
