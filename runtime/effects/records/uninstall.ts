import {
  type DnsRecord,
  isOwnRecord,
  parseMessage,
} from '../../../functions/names/records/record.ts'
import type { EtcdClient, Stored } from '../../clients/etcd.ts'
import { RetryLater } from '../../errors.ts'
import { readAll } from './audit.ts'
import type { WritingOptions } from './write-host.ts'

export interface Installed {
  /** Keys below the record prefix: records, placeholders, probes. */
  readonly records: number
  /** Keys below our own prefix. */
  readonly state: number
}

type Where = Pick<WritingOptions, 'keys' | 'instance'> & {
  readonly etcd: Pick<EtcdClient, 'readPrefix' | 'transact'>
}

const keysAtOnce = 100
const maxRounds = 5

export async function installed(where: Where): Promise<Installed> {
  const { records, state } = await ours(where)
  return { records: records.size, state: state.size }
}

/**
 * Removes exactly what this instance wrote, records first, so that whatever is left after an interruption is
 * found again. A key that changed meanwhile is looked at anew.
 * @throws RetryLater if somebody keeps writing
 */
export async function uninstall(where: Where): Promise<void> {
  for (let round = 0; round < maxRounds; round++) {
    const { records, state } = await ours(where)
    const all = [...records, ...state]
    if (all.length === 0) return
    while (all.length > 0) {
      const some = all.splice(0, keysAtOnce)
      const compares = some.map(([key, { modRevision }]) => ({ key, modRevision }))
      await where.etcd.transact(
        compares,
        some.map(([key]) => ({ key, delete: true })),
      )
    }
  }
  throw new RetryLater('an instance keeps writing: stop all of them first')
}

async function ours({ etcd, keys, instance }: Where) {
  const isOurs = (record: DnsRecord) =>
    isOwnRecord(record, { keys, instance }) || isOwnProbe(record, instance)
  const [records, state] = await Promise.all([
    readAll(etcd, keys.records, (key, value) => isOurs({ key, value })),
    readAll(etcd, keys.state),
  ])
  return { records, state } satisfies Record<string, Map<string, Stored>>
}

const isOwnProbe = ({ key, value }: DnsRecord, instance: string) =>
  key.endsWith('/probe') && parseMessage(value)?.['owner'] === instance
