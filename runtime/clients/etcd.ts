import type { Etcd3 } from 'etcd3'
import { messageOf, RetryLater } from '../errors.ts'
import { failureOf, isOfLogin, isOfMember, isTooLarge } from './etcd-failures.ts'
import { createHistory } from './etcd-history.ts'
import {
  type CredentialsSource,
  connectMembers,
  type Members,
  type MembersOptions,
} from './etcd-members.ts'
import { type KeyValue, type PageRequest, pagesOf } from './etcd-pages.ts'
import type { Range } from './etcd-range.ts'
import { type Change, type Watching, watchChanges } from './etcd-watch.ts'

export { PermissionDenied } from './etcd-failures.ts'
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
   * Reads keys, and the first of each range; what is not there is not in the result. At most 128 of both.
   * It is one read at one revision, unless they are together more than a message holds.
   */
  read(keys: readonly string[], ranges?: readonly Range[]): Promise<ReadonlyMap<string, Stored>>
  /** Reads all keys below each prefix, which ends with a slash, all at one revision; see {@link pagesOf}. */
  readPrefix(
    ...prefixes: readonly string[]
  ): AsyncIterable<readonly (Stored & { readonly key: string })[]>
  /** See {@link watchChanges}. */
  watch(watching: Watching): AsyncIterable<readonly Change[]>
  /** The revision of now. @param key that we may read */
  currentRevision(key: string): Promise<bigint>
  /** @returns the lease's id; whatever is written with it goes after `ttlSeconds` */
  grantLease(ttlSeconds: number): Promise<string>
  /** Reads the credentials again, tries them as {@link EtcdClient.tryOut} does, then closes the old connection. */
  reconnect(key: string): Promise<void>
  /**
   * Reads a key with other credentials, from each member.
   * @throws RetryLater if one that answers us refuses them, as while a new CA is rolled out, or none answers
   */
  tryOut(credentials: CredentialsSource, key: string): Promise<void>
  close(): void
}

export interface EtcdOptions extends MembersOptions {
  /** A call succeeded after one had failed. */
  readonly onRecovered?: () => void
  /** The store is not the one that it was, see {@link createHistory}: whatever we know of it may be wrong. */
  readonly onRewritten?: (how: string) => void
}

/** Calls that are under way end by themselves, those that have a longer deadline by then. */
const leastDrainMs = 5_000

export async function connectEtcd(options: EtcdOptions): Promise<EtcdClient> {
  const { endpoints, timeoutMs = 2_000 } = options
  const history = createHistory((how) => options.onRewritten?.(how))
  let members = await connectMembers(options)
  let failing = false

  /** One deadline for all of it: etcd3 logs in again for as long as it is told that the login is not known. */
  async function call<T>(
    what: string,
    run: (client: Etcd3, within: { deadline: number }) => Promise<T>,
  ): Promise<T> {
    const { current } = members
    try {
      const result = await run(current, { deadline: Date.now() + timeoutMs })
      if (failing) {
        failing = false
        options.onRecovered?.()
      }
      return result
    } catch (error) {
      failing ||= isOfMember(error)
      if (isOfMember(error)) members.leave(current)
      if (isOfLogin(error)) members.renew(current)
      throw failureOf(error, what, endpoints)
    }
  }

  async function readPage(request: PageRequest) {
    const told = history.ask()
    const page = await call('read', ({ kv }, within) => kv.range(request, within))
    told(page.header)
    return page
  }

  async function readAtOnce(keys: readonly string[], ranges: readonly Range[]) {
    const success = [
      ...keys.map((key) => ({ request_range: { key: Buffer.from(key) } })),
      ...ranges.map((range) => ({ request_range: { ...rangeBytes(range), limit: 1 } })),
    ]
    const told = history.ask()
    const { responses, header } = await call('read', ({ kv }, within) =>
      kv.txn({ success }, within),
    )
    told(header)
    return responses.flatMap(({ response_range: range }) => range.kvs.map(stored))
  }

  async function readInParts(
    keys: readonly string[],
    ranges: readonly Range[],
  ): Promise<(Stored & { readonly key: string })[]> {
    try {
      return await readAtOnce(keys, ranges)
    } catch (error) {
      if (!isTooLarge(error) || keys.length + ranges.length < 2) throw error
      const [ofKeys, ofRanges] = [Math.ceil(keys.length / 2), Math.floor(ranges.length / 2)]
      const first = await readInParts(keys.slice(0, ofKeys), ranges.slice(0, ofRanges))
      return first.concat(await readInParts(keys.slice(ofKeys), ranges.slice(ofRanges)))
    }
  }

  return {
    transact: (compares, writes, empty = []) =>
      call('commit', async ({ kv }, within) => {
        const told = history.ask()
        const keys = new Map(compares.map(({ key }) => [key, Buffer.from(key)])) // most are written too
        const bytesOf = (key: string) => keys.get(key) ?? Buffer.from(key)
        const transaction = {
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
        }
        const { succeeded, header } = await kv.txn(transaction, within)
        told(header)
        return succeeded ? header.revision : undefined
      }),

    async read(keys, ranges = []) {
      const found = await readInParts(keys, ranges)
      return new Map(found.map((each) => [each.key, each]))
    },

    async *readPrefix(...prefixes) {
      for await (const page of pagesOf(prefixes, readPage)) yield page.map(stored)
    },

    watch: (watching) => watchChanges(members.current, watching),

    async currentRevision(key) {
      const told = history.ask()
      const { header } = await call('read', ({ kv }, within) =>
        kv.range({ key: Buffer.from(key), count_only: true }, within),
      )
      told(header)
      return BigInt(header.revision)
    },

    grantLease: (ttlSeconds) =>
      call('grant a lease', async ({ leaseClient }, within) => {
        const { ID } = await leaseClient.leaseGrant({ TTL: ttlSeconds }, within)
        return ID
      }),

    async tryOut(credentials, key) {
      const tried = await triedOut({ ...options, credentials }, members, key)
      tried.close()
    },

    async reconnect(key) {
      const next = await triedOut(options, members, key)
      const old = members
      members = next
      setTimeout(() => old.close(), Math.max(leastDrainMs, timeoutMs)).unref()
    },

    close: () => members.close(),
  }
}

/** A member that is away says nothing of credentials: it is one that answers the present ones that counts. */
async function triedOut(options: MembersOptions, present: Members, key: string): Promise<Members> {
  let tried: Members | undefined
  try {
    tried = await connectMembers(options)
    const [failures, before] = await Promise.all([tried.failures(key), present.failures(key)])
    const counting = failures.filter((_, i) => before[i] === undefined)
    const refused = counting.find((failure) => failure !== undefined)
    if (refused === undefined && failures.includes(undefined)) return tried
    throw new Error(messageOf(refused ?? failures[0]), { cause: refused })
  } catch (error) {
    tried?.close()
    const message = `etcd does not take these credentials: ${messageOf(error)}`
    throw new RetryLater(message, { cause: error })
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

const stored = (kv: KeyValue) => ({
  key: kv.key.toString(),
  value: kv.value.toString(),
  modRevision: kv.mod_revision,
})
