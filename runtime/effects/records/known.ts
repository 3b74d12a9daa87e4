import type { Stored } from '../../clients/etcd.ts'

/** Keys that are there, as far as we know; of those in the tree also how many lie below each. */
export class Known {
  readonly #stored = new Map<string, Stored>()
  readonly #below = new Map<string, number>()
  readonly #tree: string

  /** @param tree the prefix of the keys that {@link below} is asked about */
  constructor(tree = '/') {
    this.#tree = tree
  }

  get(key: string): Stored | undefined {
    return this.#stored.get(key)
  }

  set(key: string, stored: Stored): void {
    if (!this.#stored.has(key)) this.#count(key, 1)
    this.#stored.set(key, stored)
  }

  delete(key: string): void {
    if (this.#stored.delete(key)) this.#count(key, -1)
  }

  keys(): IterableIterator<string> {
    return this.#stored.keys()
  }

  /** How many keys begin with this key and a slash. */
  below(key: string): number {
    return this.#below.get(key) ?? 0
  }

  #count(key: string, step: 1 | -1): void {
    if (!key.startsWith(this.#tree)) return
    for (
      let slash = key.lastIndexOf('/');
      slash >= this.#tree.length;
      slash = key.lastIndexOf('/', slash - 1)
    ) {
      const parent = key.slice(0, slash)
      const count = this.below(parent) + step
      if (count === 0) this.#below.delete(parent)
      else this.#below.set(parent, count)
    }
  }
}
