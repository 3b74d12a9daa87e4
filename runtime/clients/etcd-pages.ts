import { isTooLarge } from './etcd-failures.ts'

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
 * All below a prefix at one revision. Pages begin small and grow with what the values turn out to weigh: a
 * thousand values of 1 MiB, which others may have put there, are too much for etcd's memory and for ours.
 * @param prefix ends with a slash
 */
export async function* pagesOf(
  prefix: string,
  ask: (request: PageRequest) => Promise<Page>,
): AsyncGenerator<readonly KeyValue[]> {
  const range_end = Buffer.from(`${prefix.slice(0, -1)}0`) // '0' follows '/'
  let key = Buffer.from(prefix)
  let limit = firstKeys
  let revision: string | undefined
  for (;;) {
    const request = { key, range_end, limit, ...(revision !== undefined && { revision }) }
    const page = await ask(request).catch((error: unknown) => {
      if (!isTooLarge(error) || limit === 1) throw error
    })
    if (!page) {
      limit = Math.ceil(limit / 4)
      continue
    }
    const { kvs, more, header } = page
    yield kvs
    const last = kvs.at(-1)
    if (!more || !last) return
    key = Buffer.concat([last.key, Buffer.of(0)]) // of bytes: others' keys need not be UTF-8
    revision ??= header.revision
    const bytesOfOne =
      kvs.reduce((sum, kv) => sum + kv.key.length + kv.value.length, 0) / kvs.length
    limit = Math.min(mostKeys, limit * 2, Math.ceil(usualBytes / bytesOfOne))
  }
}
