import type { Readable } from 'node:stream'
import type { Etcd3, IWatchResponse } from 'etcd3'
import { messageOf, RetryLater } from '../errors.ts'
import { endOf } from './etcd-range.ts'

/** A key that was put, or deleted when it has no value, at a revision. */
export interface Change {
  readonly key: string
  readonly value: string | undefined
  readonly modRevision: string
}

/** The changes from there on are no longer to be had: read everything, and watch from then. */
export class Compacted extends RetryLater {}

/**
 * What changes below prefixes from a revision on, in order; changes of one transaction come together as a rule, but
 * may come in several parts. Ends only by an error. A server that stands still is noticed by the connection's keep-alive.
 * @param prefixes each ends with a slash
 * @param opened called for each prefix whose watch the server has agreed to
 * @throws Compacted; RetryLater for a lost connection; the signal's reason
 */
export async function* watchChanges(
  client: Etcd3,
  { prefixes, revision, opened, signal }: Watching,
): AsyncGenerator<readonly Change[]> {
  const stream = await client.watchClient.watch()
  const responses = stream as unknown as Readable // what gRPC gives is one; etcd3's types say less
  const cancel = () =>
    responses.destroy(new RetryLater('no longer watched', { cause: signal.reason }))
  signal.addEventListener('abort', cancel)
  try {
    signal.throwIfAborted()
    for (const prefix of prefixes) stream.write({ create_request: request(prefix, revision) })
    for await (const batch of inTurns(responses)) {
      for (const response of batch) {
        if (response.canceled) throw canceled(response)
        if (response.created) opened()
      }
      const changes = batch.flatMap(({ events }) => events.map(change))
      if (changes.length > 0) yield changes
    }
    throw new RetryLater('etcd ended the watch')
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof RetryLater) throw error
    throw new RetryLater(`the watch of etcd broke off: ${messageOf(error)}`, { cause: error })
  } finally {
    signal.removeEventListener('abort', cancel)
    stream.cancel()
  }
}

/** Of many parts the first are not kept waiting for the others. */
const maxParts = 16

/** What has come by the end of a turn: a transaction that writes below two prefixes is told in two responses. */
async function* inTurns(responses: Readable): AsyncGenerator<readonly IWatchResponse[]> {
  const parts = responses[Symbol.asyncIterator]() as AsyncIterator<IWatchResponse>
  const read = () => {
    const part = parts.next()
    part.catch(() => undefined) // whoever awaits it is told, if anybody does still
    return part
  }
  let next = read()
  for (let first = await next; !first.done; first = await next) {
    const batch = [first.value]
    next = read()
    while (batch.length < maxParts) {
      const more = await Promise.race([next, endOfTurn()])
      if (!more || more.done) break
      batch.push(more.value)
      next = read()
    }
    yield batch
  }
}

const endOfTurn = () => new Promise<undefined>((resolve) => setImmediate(resolve, undefined))

export interface Watching {
  readonly prefixes: readonly string[]
  /** The first whose changes are told. */
  readonly revision: bigint
  readonly opened: () => void
  readonly signal: AbortSignal
}

const request = (prefix: string, revision: bigint) => ({
  key: Buffer.from(prefix),
  range_end: Buffer.from(endOf(prefix)),
  start_revision: String(revision),
  fragment: true, // else a transaction of large values may be more than a message holds
})

function canceled(response: IWatchResponse): RetryLater {
  const { compact_revision: oldest, cancel_reason: reason } = response
  if (oldest !== '0') return new Compacted(`etcd has forgotten what was before revision ${oldest}`)
  return new RetryLater(`etcd ended the watch: ${reason || 'it gave no reason'}`)
}

const change = ({ type, kv }: IWatchResponse['events'][number]): Change => ({
  key: kv.key.toString(),
  value: type === 'Put' ? kv.value.toString() : undefined,
  modRevision: kv.mod_revision,
})
