import { readFile } from 'node:fs/promises'
import { Etcd3, type IOptions, isRecoverableError } from 'etcd3'
import { messageOf, RetryLater } from '../errors.ts'
import { type Change, type Watching, watchChanges } from './etcd-watch.ts'

export { type Change, Compacted } from './etcd-watch.ts'

/** A key's value and the revision of its last change; a revision is a decimal number. */
export interface Stored {
  readonly value: string
  readonly modRevision: string
}

export type Write =
  | { readonly key: string; readonly put: string; readonly leaseId?: string }
  | { readonly key: string; readonly delete: true }

/** What a transaction was decided from: the key's revision, `'0'` for a key that was not there. */
export interface Compare {
  readonly key: string
  readonly modRevision: string
}

/** Keys from `from` on and before `end`, in the order of their bytes. */
export interface Range {
  readonly from: string
  readonly end: string
}

/** All that we ask of etcd. Every call has a deadline and fails with {@link RetryLater}. */
export interface EtcdClient {
  /**
   * Writes all or nothing.
   * @param empty ranges in which there must be no key
   * @returns the new revision, or undefined if a comparison failed
   */
  transact(
    compares: readonly Compare[],
    writes: readonly Write[],
    empty?: readonly Range[],
  ): Promise<string | undefined>
  /**
   * Reads keys, and the first of each range, at one revision; what is not there is not in the result.
   * At most 128 of both.
   */
  read(keys: readonly string[], ranges?: readonly Range[]): Promise<ReadonlyMap<string, Stored>>
  /** Reads all keys below each prefix, all at one revision, a page of 1,000 at a time. */
  readPrefix(
    ...prefixes: readonly string[]
  ): AsyncIterable<readonly (Stored & { readonly key: string })[]>
  /** See {@link watchChanges}. */
  watch(watching: Watching): AsyncIterable<readonly Change[]>
  /** The revision of now. */
  currentRevision(): Promise<bigint>
  /** @returns the lease's id; whatever is written with it goes after `ttlSeconds` */
  grantLease(ttlSeconds: number): Promise<string>
  /** Reads the credentials' files again, proves the new connection by a read, then closes the old one. */
  reconnect(): Promise<void>
  close(): void
}

export interface EtcdOptions {
  /** URLs, all http or all https. */
  readonly endpoints: readonly string[]
  /** PEM files; read at start and at {@link EtcdClient.reconnect}. */
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** Of each call; default 2,000. */
  readonly timeoutMs?: number | undefined
  /** A call succeeded after one had failed. */
  readonly onRecovered?: () => void
}

const pageSize = 1_000
const drainMs = 5_000

export async function connectEtcd(options: EtcdOptions): Promise<EtcdClient> {
  let client = new Etcd3(await clientOptions(options))
  let failing = false

  async function call<T>(what: string, run: (kv: Etcd3) => Promise<T>): Promise<T> {
    try {
      const result = await run(client)
      if (failing) {
        failing = false
        options.onRecovered?.()
      }
      return result
    } catch (error) {
      failing ||= isRecoverableError(error instanceof Error ? error : new Error(messageOf(error)))
      throw new RetryLater(
        `etcd at ${options.endpoints.join(',')} did not ${what}: ${messageOf(error)}. ` +
          'Check that it runs and that etcd.endpoints and its credentials are right',
        { cause: error },
      )
    }
  }

  async function range(from: string, end: string, revision: string | undefined) {
    const response = await call('read', ({ kv }) =>
      kv.range({
        key: Buffer.from(from),
        range_end: Buffer.from(end),
        limit: pageSize,
        ...(revision !== undefined && { revision }),
      }),
    )
    return { ...response, page: response.kvs.map(stored) }
  }

  return {
    transact: (compares, writes, empty = []) =>
      call('commit', async ({ kv }) => {
        const keys = new Map(compares.map(({ key }) => [key, Buffer.from(key)])) // most are written too
        const bytesOf = (key: string) => keys.get(key) ?? Buffer.from(key)
        const { succeeded, header } = await kv.txn({
          compare: [
            ...compares.map(({ key, modRevision }) => ({
              key: bytesOf(key),
              result: 'Equal' as const,
              target: 'Mod' as const,
              mod_revision: modRevision,
            })),
            ...empty.map((range) => ({
              ...rangeBytes(range), // no key at all: then etcd compares with one of revision 0
              result: 'Equal' as const,
              target: 'Create' as const,
              create_revision: '0',
            })),
          ],
          success: writes.map((write) => request(write, bytesOf(write.key))),
        })
        return succeeded ? header.revision : undefined
      }),

    read: (keys, ranges = []) =>
      call('read', async ({ kv }) => {
        const success = [
          ...keys.map((key) => ({ request_range: { key: Buffer.from(key) } })),
          ...ranges.map((range) => ({ request_range: { ...rangeBytes(range), limit: 1 } })),
        ]
        const { responses } = await kv.txn({ success })
        const found = responses.flatMap(({ response_range: range }) => range.kvs.map(stored))
        return new Map(found.map((each) => [each.key, each]))
      }),

    async *readPrefix(...prefixes) {
      let revision: string | undefined
      for (const prefix of prefixes) {
        const end = `${prefix.slice(0, -1)}0` // '0' follows '/', with which every prefix of ours ends
        for (let from: string | undefined = prefix; from !== undefined; ) {
          const { page, more, header } = await range(from, end, revision)
          yield page
          revision ??= header.revision
          const last = page.at(-1)
          from = more && last ? `${last.key}\0` : undefined
        }
      }
    },

    watch: (watching) => watchChanges(client, watching),

    currentRevision: () =>
      call('read', async ({ kv }) => {
        const { header } = await kv.range({ key: Buffer.from('/k2s-dns/'), count_only: true })
        return BigInt(header.revision)
      }),

    grantLease: (ttlSeconds) =>
      call('grant a lease', async ({ leaseClient }) => {
        const { ID } = await leaseClient.leaseGrant({ TTL: ttlSeconds })
        return ID
      }),

    async reconnect() {
      const next = new Etcd3(await clientOptions(options))
      try {
        await next.kv.range({ key: Buffer.from('/k2s-dns/') })
      } catch (error) {
        next.close()
        throw new RetryLater(
          `etcd refused the new credentials, the old connection stays: ${messageOf(error)}`,
          { cause: error },
        )
      }
      const old = client
      client = next
      setTimeout(() => old.close(), drainMs).unref()
    },

    close: () => client.close(),
  }
}

const rangeBytes = ({ from, end }: Range) => ({
  key: Buffer.from(from),
  range_end: Buffer.from(end),
})

function request(write: Write, key: Buffer) {
  if ('delete' in write) return { request_delete_range: { key } }
  const { put, leaseId } = write
  return {
    request_put: { key, value: Buffer.from(put), ...(leaseId !== undefined && { lease: leaseId }) },
  }
}

const stored = (kv: { key: Buffer; value: Buffer; mod_revision: string }) => ({
  key: kv.key.toString(),
  value: kv.value.toString(),
  modRevision: kv.mod_revision,
})

/** etcd3's own retries and circuit breaker are off: they hide failures for seconds, our queue retries. */
const callThrough = {
  execute: <T>(run: (context: { signal: AbortSignal }) => T) =>
    run({ signal: new AbortController().signal }),
}

async function clientOptions(options: EtcdOptions): Promise<IOptions> {
  const { endpoints, ca, cert, key, username, password, timeoutMs = 2_000 } = options
  const read = async (file: string | undefined) => (file ? await readFile(file) : undefined)
  const [rootCertificate, certChain, privateKey] = await Promise.all([
    read(ca),
    read(cert),
    read(key),
  ])
  const policy = callThrough as never // the two policies differ only in hooks which we don't offer
  return {
    hosts: [...endpoints],
    ...(rootCertificate && {
      credentials: { rootCertificate, ...(privateKey && certChain && { privateKey, certChain }) },
    }),
    ...(username && password && { auth: { username, password } }),
    defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: Date.now() + timeoutMs }),
    grpcOptions: {
      'grpc.keepalive_time_ms': 10_000,
      'grpc.keepalive_timeout_ms': 3_000,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 500,
      'grpc.max_receive_message_length': 64 * 1024 * 1024,
    },
    faultHandling: { host: () => policy, global: policy },
  }
}
