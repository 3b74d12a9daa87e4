import type { Draft } from './draft.ts'

/** Keys of transactions in flight: many may compare a key at once, one that writes it is alone with it. */
export class Locks {
  readonly #written = new Set<string>()
  readonly #compared = new Map<string, number>()

  has(key: string): boolean {
    return this.#written.has(key) || this.#compared.has(key)
  }

  allow({ touched, writes }: Draft): boolean {
    for (const key of touched.keys()) {
      if (this.#written.has(key) || (writes.has(key) && this.#compared.has(key))) return false
    }
    return true
  }

  take({ touched, writes }: Draft): void {
    for (const key of touched.keys()) {
      if (writes.has(key)) this.#written.add(key)
      else this.#compared.set(key, (this.#compared.get(key) ?? 0) + 1)
    }
  }

  release({ touched, writes }: Draft): void {
    for (const key of touched.keys()) {
      const others = (this.#compared.get(key) ?? 1) - 1
      if (writes.has(key)) this.#written.delete(key)
      else if (others === 0) this.#compared.delete(key)
      else this.#compared.set(key, others)
    }
  }
}
