import type { JournalFile } from '../../../../runtime/effects/adapters/journal-file.ts'

/** Where a process may be killed: after that nothing of it has an effect any more. */
export interface Faults {
  /** @throws once it is killed */
  alive(): void
  /** Before and after everything that lasts. @throws if it is killed here */
  point(): void
  /** @returns how many bytes of a write have an effect */
  torn(length: number): number
  /** Points and bytes so far. */
  readonly passed: number
}

/** @param killAt the point or byte at which it is killed; by default it is not */
export function faultsAt(killAt = Number.POSITIVE_INFINITY): Faults {
  let passed = 0
  const alive = () => {
    if (passed >= killAt) throw new Error(`killed at ${killAt}`)
  }
  return {
    alive,
    point() {
      alive()
      passed++
      alive()
    },
    torn(length) {
      alive()
      const written = Math.min(length, killAt - passed)
      passed += written
      return written
    },
    get passed() {
      return passed
    },
  }
}

/** What a disk keeps of a journal. */
export interface Disk {
  bytes: Buffer | undefined
}

export const fileOn = (disk: Disk, faults: Faults): JournalFile => ({
  path: '/var/lib/k2s-dns/host.journal',
  async read() {
    faults.alive()
    return disk.bytes && Buffer.from(disk.bytes)
  },
  async create(bytes) {
    faults.point()
    disk.bytes = Buffer.from(bytes)
    faults.point()
  },
  async write(bytes, offset) {
    const written = faults.torn(bytes.length)
    disk.bytes?.set(bytes.subarray(0, written), offset)
    faults.alive()
    faults.point()
  },
})
