import { Etcd3, type IOptions } from 'etcd3'
import type { Credentials } from '../../functions/certificates/judge.ts'

export interface CredentialsSource {
  read(): Promise<Credentials>
}

export interface MembersOptions {
  /** URLs, all http or all https; at least one. */
  readonly endpoints: readonly string[]
  /** Read when the connections are made; without any the members must be http. */
  readonly credentials?: CredentialsSource | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** Of each call; default 2,000. */
  readonly timeoutMs?: number | undefined
}

/** The members of an etcd cluster, a connection each: one is asked until it fails, then the next. */
export interface Members {
  readonly current: Etcd3
  /** It did not answer: the next one's turn, unless that has come already. */
  leave(member: Etcd3): void
  /** Its login is of no use any more: it is replaced by one that logs in anew. */
  renew(member: Etcd3): void
  /** Asks each of them for a key. @returns in their order what one failed with, undefined for one that answered */
  failures(key: string): Promise<readonly unknown[]>
  close(): void
}

/** Of one answer: so much is in memory at once, however large the values are that others have put there. */
const maxAnswerBytes = 16 * 1024 * 1024

/**
 * etcd3 itself picks a member by chance for each call, so that with one of three frozen each third call would
 * wait until its deadline, and it logs in at the first of the list, whichever the call is for.
 */
export async function connectMembers(options: MembersOptions): Promise<Members> {
  const common = await clientOptions(options)
  const connect = (endpoint: string) => new Etcd3({ ...common, hosts: [endpoint] })
  const members = options.endpoints.map((endpoint) => ({ endpoint, client: connect(endpoint) }))
  let turn = 0

  const current = () => {
    const member = members[turn % members.length]
    if (member) return member.client
    throw new Error('etcd.endpoints names none')
  }
  const leave = (member: Etcd3) => {
    if (member === current()) turn++
  }

  return {
    get current() {
      return current()
    },
    leave,
    renew(member) {
      const renewed = members.find(({ client }) => client === member)
      if (!renewed) return
      renewed.client = connect(renewed.endpoint)
      member.close()
    },
    failures: (key) =>
      Promise.all(
        members.map(({ client }) =>
          client.kv.range({ key: Buffer.from(key), count_only: true }).then(
            () => undefined,
            (error: unknown) => error,
          ),
        ),
      ),
    close() {
      for (const { client } of members) client.close()
    },
  }
}

/**
 * etcd3's own retries and circuit breaker are off: they hide failures for seconds, our queue retries. It rejects
 * and never throws: the failure of a stream is thrown in here where nobody would catch it (etcd3, markFailed).
 */
const callThrough = {
  execute: async <T>(run: (context: { signal: AbortSignal }) => T) =>
    run({ signal: new AbortController().signal }),
}

async function clientOptions(options: MembersOptions): Promise<Omit<IOptions, 'hosts'>> {
  const { credentials, username, password, timeoutMs = 2_000 } = options
  const texts = await credentials?.read()
  const policy = callThrough as never // the two policies differ only in hooks which we don't offer
  return {
    ...(texts && { credentials: pemBytes(texts) }),
    ...(username && password && { auth: { username, password } }),
    defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: Date.now() + timeoutMs }),
    grpcOptions: {
      'grpc.keepalive_time_ms': 10_000,
      'grpc.keepalive_timeout_ms': 3_000,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 500,
      'grpc.max_receive_message_length': maxAnswerBytes,
    },
    faultHandling: { host: () => policy, global: policy },
  }
}

const pemBytes = ({ ca, pair }: Credentials) => ({
  rootCertificate: Buffer.from(ca),
  ...(pair && { privateKey: Buffer.from(pair.key), certChain: Buffer.from(pair.cert) }),
})
