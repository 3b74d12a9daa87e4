import type { Stored, Write } from '../../clients/etcd.ts'

/** What is stored, as far as we know, with the writes of this decision on top. */
export interface View {
  get(key: string): string | undefined
  /** @param leaseId the value goes when that lease ends */
  put(key: string, value: string, leaseId?: string): void
  delete(key: string): void
  /** How many more keys this decision may touch. */
  readonly room: number
}

/** etcd's default limit is 128 for each of a transaction's three lists (embed.DefaultMaxTxnOps). */
export const maxOperations = 120

/** Reads through to its base and to what is known; keeps what was touched, at which revision, and written. */
export class Draft implements View {
  readonly touched = new Map<string, string>()
  readonly writes = new Map<string, Write>()
  readonly #known: ReadonlyMap<string, Stored>
  readonly #base: Draft | undefined

  constructor(known: ReadonlyMap<string, Stored>, base?: Draft) {
    this.#known = known
    this.#base = base
  }

  get(key: string): string | undefined {
    const stored = this.#known.get(key)
    this.touched.set(key, stored?.modRevision ?? '0')
    const write = this.writes.get(key) ?? this.#base?.writes.get(key)
    if (!write) return stored?.value
    return 'delete' in write ? undefined : write.put
  }

  put(key: string, value: string, leaseId?: string): void {
    if (this.get(key) === value && leaseId === undefined) return
    this.writes.set(key, { key, put: value, ...(leaseId !== undefined && { leaseId }) })
  }

  delete(key: string): void {
    if (this.get(key) !== undefined) this.writes.set(key, { key, delete: true })
  }

  get room(): number {
    return maxOperations - this.touched.size
  }

  touchesAny(keys: Pick<ReadonlySet<string>, 'has'>): boolean {
    for (const key of this.touched.keys()) if (keys.has(key)) return true
    return false
  }

  fits(other: Draft): boolean {
    let size = this.touched.size
    for (const key of other.touched.keys()) if (!this.touched.has(key)) size++
    return size <= maxOperations
  }

  take(other: Draft): void {
    for (const [key, revision] of other.touched) this.touched.set(key, revision)
    for (const [key, write] of other.writes) this.writes.set(key, write)
  }
}
