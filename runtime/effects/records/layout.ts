import type { Host } from '../../../functions/names/host.ts'
import { hostOfKey, type Keys } from '../../../functions/names/records/keys.ts'
import type { Compare, EtcdClient, Write } from '../../clients/etcd.ts'
import { GiveUp, RetryLater } from '../../errors.ts'

/**
 * Versions of what lies below our prefix. One that reads it must not write another one.
 * 1: a host's document under its name. 2: under its labels, reversed, so that all names below one are a range.
 */
export const layouts = ['1', '2'] as const
export type Layout = (typeof layouts)[number]
export const currentLayout: Layout = '2'

type Store = Pick<EtcdClient, 'read' | 'readPrefix' | 'transact'>

/** @throws GiveUp if a version of us wrote here that this one can't follow */
export async function checkLayout(etcd: Store, keys: Keys): Promise<void> {
  const found = await storedLayout(etcd, keys)
  if (found === currentLayout) return
  if (found === undefined || found === '1') return migrate(etcd, keys, currentLayout)
  throw new GiveUp(foreignLayout(keys, found))
}

/** Why nothing is written while the store has another layout: it was changed under our feet, or is newer. */
export const foreignLayout = (keys: Keys, found: string): string =>
  `${keys.schema} in etcd says layout "${found.slice(0, 20)}", this version writes ${currentLayout}: run the ` +
  'version that wrote it, or k2s-dns migrate of that version, or take another --instance'

async function storedLayout(etcd: Store, keys: Keys): Promise<string | undefined> {
  return (await etcd.read([keys.schema])).get(keys.schema)?.value
}

/** Documents moved in one transaction: two keys each. */
const atOnce = 50

/**
 * Moves what is stored to a layout, and says so at the end: a migration that was interrupted is taken up by the
 * next one. Whoever writes another layout meanwhile finds its comparisons failing.
 * @throws RetryLater if something changed meanwhile: to be called again; GiveUp for a layout of the future
 */
export async function migrate(etcd: Store, keys: Keys, to: Layout): Promise<void> {
  const schema = (await etcd.read([keys.schema])).get(keys.schema)
  const isKnown = schema === undefined || layouts.some((each) => each === schema.value)
  if (!isKnown) throw new GiveUp(foreignLayout(keys, schema.value))
  const ofSchema = { key: keys.schema, modRevision: schema?.modRevision ?? '0' }
  let batch: { compares: Compare[]; writes: Write[] } = { compares: [ofSchema], writes: [] }

  async function commit(): Promise<void> {
    const done = await etcd.transact(batch.compares, batch.writes)
    if (done === undefined) throw new RetryLater('the store changed while it was migrated')
    batch = { compares: [ofSchema], writes: [] }
  }

  for await (const page of etcd.readPrefix(keys.hosts)) {
    for (const { key, value, modRevision } of page) {
      const moved = hostKey(keys, hostOf(keys, key), to)
      if (moved === key) continue
      batch.compares.push({ key, modRevision }, { key: moved, modRevision: '0' })
      batch.writes.push({ key, delete: true }, { key: moved, put: value })
      if (batch.writes.length >= 2 * atOnce) await commit()
    }
  }
  batch.writes.push({ key: keys.schema, put: to })
  await commit()
}

/** A host of more than one label has dots in the one layout and slashes in the other. */
const hostOf = (keys: Keys, key: string): Host =>
  key.slice(keys.hosts.length).includes('.')
    ? (key.slice(keys.hosts.length) as Host) // layout 1 wrote it from one
    : hostOfKey(keys, key)

const hostKey = (keys: Keys, host: Host, layout: Layout): string =>
  layout === '1' ? `${keys.hosts}${host}` : keys.host(host)
