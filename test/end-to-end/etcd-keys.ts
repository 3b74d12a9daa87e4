/** What is in an etcd, by its JSON gateway: nothing of ours is between the test and the keys. */
export interface EtcdKeys {
  /** All keys that begin with the prefix; without one all that there are. */
  all(prefix?: string): Promise<Readonly<Record<string, string>>>
  /** As `all`, each value with the revision of its last change before it. */
  dated(prefix: string): Promise<Readonly<Record<string, string>>>
  put(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
  /** Forgets all that was before now, as kube-apiserver has etcd do every five minutes. */
  compact(): Promise<void>
}

interface RangeAnswer {
  readonly header: { readonly revision: string }
  readonly kvs?: readonly {
    readonly key: string
    readonly value?: string
    readonly mod_revision: string
  }[]
}

export function etcdKeys(endpoint: string): EtcdKeys {
  async function call(what: string, body: object): Promise<RangeAnswer> {
    const answer = await fetch(`${endpoint}/v3/kv/${what}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    })
    if (!answer.ok) throw new Error(`etcd answers ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as RangeAnswer
  }

  return {
    async all(prefix = '') {
      const [from, end] = prefix === '' ? ['\0', '\0'] : [prefix, after(prefix)]
      const { kvs = [] } = await call('range', { key: base64(from), range_end: base64(end) })
      return Object.fromEntries(kvs.map(({ key, value = '' }) => [text(key), text(value)]))
    },
    async dated(prefix) {
      const asked = { key: base64(prefix), range_end: base64(after(prefix)) }
      const { kvs = [] } = await call('range', asked)
      return Object.fromEntries(
        kvs.map(({ key, value = '', mod_revision: at }) => [text(key), `${at} ${text(value)}`]),
      )
    },
    async put(key, value) {
      await call('put', { key: base64(key), value: base64(value) })
    },
    async delete(key) {
      await call('deleterange', { key: base64(key) })
    },
    async compact() {
      const { header } = await call('range', { key: base64('/') })
      await call('compaction', { revision: header.revision, physical: true })
    },
  }
}

/** The first key behind all that begin with an ASCII prefix. */
const after = (prefix: string) =>
  prefix.slice(0, -1) + String.fromCharCode((prefix.codePointAt(prefix.length - 1) ?? 0) + 1)

const base64 = (plain: string) => Buffer.from(plain).toString('base64')
const text = (encoded: string) => Buffer.from(encoded, 'base64').toString()
