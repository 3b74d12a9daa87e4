import { isTooLarge } from './etcd-failures.ts'
import { endOf } from './etcd-range.ts'

export interface KeyValue {
  readonly key: Buffer
  readonly value: Buffer
  readonly mod_revision: string
}

export interface Page {
  readonly kvs: readonly KeyValue[]
  readonly more: boolean
  readonly header: { readonly revision: string }
}

export interface PageRequest {
  readonly key: Buffer
  readonly range_end: Buffer
  readonly limit: number
  /** Left out for that of now. */
  readonly revision?: string
}

const firstKeys = 64
const mostKeys = 1_000
/** About half of what an answer may be. */
const usualBytes = 8 * 1024 * 1024

/**
 * All below each prefix, all at one revision. Pages begin small and grow with what the values turn out to weigh:
 * a thousand values of 1 MiB, which others may have put there, are too much for etcd's memory and for ours.
 * @param prefixes each ends with a slash
 */
export async function* pagesOf(
  prefixes: readonly string[],
  ask: (request: PageRequest) => Promise<Page>,
): AsyncGenerator<readonly KeyValue[]> {
  let limit = firstKeys
  let revision: string | undefined
  for (const prefix of prefixes) {
    const range_end = Buffer.from(endOf(prefix))
    for (let key: Buffer | undefined = Buffer.from(prefix); key !== undefined; ) {
      const request: PageRequest = {
        key,
        range_end,
        limit,
        ...(revision !== undefined && { revision }),
      }
      const page: Page | undefined = await ask(request).catch((error: unknown) => {
        if (!isTooLarge(error) || limit === 1) throw error
        return undefined
      })
      if (!page) {
        limit = Math.ceil(limit / 4)
        continue
      }
      revision ??= page.header.revision
      yield page.kvs
      const last = page.kvs.at(-1)
      key = page.more && last ? Buffer.concat([last.key, Buffer.of(0)]) : undefined // others' keys need not be UTF-8
      limit = Math.min(mostKeys, limit * 2, Math.ceil(usualBytes / weightOfOne(page.kvs)))
    }
  }
}

const weightOfOne = (kvs: readonly KeyValue[]): number =>
  Math.max(1, kvs.reduce((sum, kv) => sum + kv.key.length + kv.value.length, 0) / kvs.length || 1)
