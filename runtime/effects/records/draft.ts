import type { Write } from '../../clients/etcd.ts'
import { endOf, type Range } from '../../clients/etcd-range.ts'
import type { Known } from './known.ts'

/** What is stored, as far as we know, with the writes of this decision on top. */
export interface View {
  get(key: string): string | undefined
  /** @param leaseId the value goes when that lease ends */
  put(key: string, value: string, leaseId?: string): void
  delete(key: string): void
  /** Keys that begin so. A hint, as below, and slow: all that we know is looked through. */
  keysWith(prefix: string): readonly string[]
  /** Whether keys begin with this one and a slash. A hint, from what we know: nothing is compared. */
  hasBelow(key: string): boolean
  /** Whether no key begins with this one and a slash; the transaction then compares that it is so. */
  isEmptyBelow(key: string): boolean
  /** How many more keys this decision may touch. */
  readonly room: number
  /** How many more bytes its keys and values may have. */
  readonly bytesLeft: number
}

/** etcd's default limit is 128 for each of a transaction's three lists (embed.DefaultMaxTxnOps). */
export const maxOperations = 120
/** etcd's default limit is 1.5 MiB a request (embed.DefaultMaxRequestBytes), with all that is around the bytes. */
export const maxBytes = 1024 * 1024
/** Of a comparison and a write, besides key and value. */
const overheadBytes = 64

/** Reads through to its base and to what is known; keeps what was touched, at which revision, and written. */
export class Draft implements View {
  readonly touched = new Map<string, string>()
  readonly writes = new Map<string, Write>()
  /** Ranges that must have no key when the transaction is made. */
  readonly empty = new Map<string, Range>()
  readonly #known: Known
  readonly #base: Draft | undefined
  #bytes = 0

  constructor(known: Known, base?: Draft) {
    this.#known = known
    this.#base = base
  }

  get(key: string): string | undefined {
    const stored = this.#known.get(key)
    if (!this.touched.has(key)) this.#bytes += 2 * Buffer.byteLength(key) + overheadBytes
    this.touched.set(key, stored?.modRevision ?? '0')
    const write = this.writes.get(key) ?? this.#base?.writes.get(key)
    if (!write) return stored?.value
    return 'delete' in write ? undefined : write.put
  }

  put(key: string, value: string, leaseId?: string): void {
    if (this.get(key) === value && leaseId === undefined) return
    this.#bytes += Buffer.byteLength(value)
    this.writes.set(key, { key, put: value, ...(leaseId !== undefined && { leaseId }) })
  }

  delete(key: string): void {
    if (this.get(key) !== undefined) this.writes.set(key, { key, delete: true })
  }

  keysWith(prefix: string): readonly string[] {
    return [...this.#known.keys()].filter((key) => key.startsWith(prefix))
  }

  hasBelow(key: string): boolean {
    const { added, removed } = this.#writtenBelow(key)
    return this.#known.below(key) + added - removed.length > 0
  }

  isEmptyBelow(key: string): boolean {
    if (this.hasBelow(key)) return false
    let from = `${key}/`
    for (const removed of this.#writtenBelow(key).removed.sort()) {
      this.empty.set(from, { from, end: removed })
      from = `${removed}\0`
    }
    this.empty.set(from, { from, end: endOf(`${key}/`) })
    return true
  }

  /** What drafts do to keys below: how many come, and which of those that are there go. */
  #writtenBelow(key: string): { added: number; removed: string[] } {
    const writes = new Map([...(this.#base?.writes ?? []), ...this.writes])
    const removed: string[] = []
    let added = 0
    for (const write of writes.values()) {
      if (!write.key.startsWith(`${key}/`)) continue
      const isThere = this.#known.get(write.key) !== undefined
      if ('delete' in write && isThere) removed.push(write.key)
      if ('put' in write && !isThere) added++
    }
    return { added, removed }
  }

  get size(): number {
    return this.touched.size + this.empty.size
  }

  get room(): number {
    return maxOperations - this.size
  }

  get bytesLeft(): number {
    return maxBytes - this.#bytes
  }

  fits(other: Draft): boolean {
    let size = this.size + other.empty.size
    for (const key of other.touched.keys()) if (!this.touched.has(key)) size++
    return size <= maxOperations && this.#bytes + other.#bytes <= maxBytes
  }

  take(other: Draft): void {
    this.#bytes += other.#bytes
    for (const [key, revision] of other.touched) this.touched.set(key, revision)
    for (const [key, write] of other.writes) this.writes.set(key, write)
    for (const [from, range] of other.empty) this.empty.set(from, range)
  }
}
