import { type Credentials, judge, type Verdict } from '../../functions/certificates/judge.ts'
import type { Clock } from '../clock.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'

/** Where credentials for etcd come from: files, or Secrets. */
export interface CredentialsProvider {
  readonly parts: Readonly<Partial<Record<Part, Where>>>
  /** As they are now. @throws if a part is not there, or can't be read */
  read(): Promise<Credentials>
  /** The same without asking anybody, as far as {@link follow} has seen it. */
  latest(): Promise<Credentials>
  /** Sees to it that `latest` is true, until the signal aborts; at once if there is nothing to be done for it. */
  follow(following: Following): Promise<void>
}

type Part = 'ca' | 'cert' | 'key'

/** For people. */
export interface Where {
  /** That says where: `etcd.cert`. */
  readonly setting: string
  readonly at: string
}

export interface Following {
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

/** What they are worth now; those that can't be read are wrong. */
export async function judged(read: CredentialsProvider['read'], clock: Clock): Promise<Verdict> {
  try {
    return judge(await read(), clock.date())
  } catch (error) {
    return { fingerprint: '', certificates: [], wrong: messageOf(error) }
  }
}
