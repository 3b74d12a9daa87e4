import type { Host } from '../../../functions/names/host.ts'
import { nameOfRecord, placeholderOf } from '../../../functions/names/records/record.ts'
import type { EtcdClient } from '../../../runtime/clients/etcd.ts'
import { foreignKey } from './foreign.ts'
import type { Model } from './model.ts'
import type { Step } from './steps.ts'
import type { Snapshot } from './store.ts'

type Of<Kind extends Step['do']> = Extract<Step, { do: Kind }>

/** Whoever else writes into the same etcd; what follows from it is noted in the model. */
export interface Others {
  put(step: Of<'foreign put'>, before: Snapshot): Promise<void>
  delete(step: Of<'foreign delete'>): Promise<void>
  /** @returns the name at which a key of ours was deleted or changed; undefined if there was none */
  damage(step: Of<'damage'>, before: Snapshot): Promise<string | undefined>
}

/** What somebody may leave of a host's document. */
export const unreadable = '{"claims":'

export function createOthers(model: Model, own: EtcdClient): Others {
  const { foreign, damaged, keys } = model

  const ourRecords = ({ records, placeholders }: Snapshot): readonly string[] => [
    ...[...records.values()].flatMap((each) => [...each.keys()]),
    ...[...placeholders.keys()].map((name) => placeholderOf(name, { ...model, zones: [] }).key),
  ]

  return {
    async put(step, before) {
      const { key, ...theirs } = foreignKey(step, model)
      if (ourRecords(before).includes(key)) damaged.add(step.name)
      foreign.set(key, theirs)
      model.everForeign.add(theirs)
      await own.transact([], [{ key, put: theirs.value }])
    },
    async delete({ pick }) {
      const key = picked([...foreign.keys()], pick)
      if (key === undefined) return
      damaged.add(nameOfRecord(key, keys).name)
      foreign.delete(key)
      await own.transact([], [{ key, delete: true }])
    },
    async damage({ pick, how }, before) {
      const hosts = [...before.claims.keys()]
      const documents = new Map(hosts.map((host) => [keys.host(host as Host), host]))
      const key = picked([...ourRecords(before).toSorted(), ...[...documents.keys()].sort()], pick)
      if (key === undefined) return undefined
      const host = documents.get(key)
      const name = host ?? nameOfRecord(key, keys).name
      damaged.add(name)
      // whose claim is lost claims again at the next event, or reconcile
      for (const { owner } of before.claims.get(host ?? '') ?? []) model.unsettled.add(owner)
      const changed = (before.keys.get(key) ?? '').replace(/"ttl":\d+/, '"ttl":7')
      const put = host === undefined ? changed : unreadable
      await own.transact([], [how === 'delete' ? { key, delete: true } : { key, put }])
      return name
    },
  }
}

const picked = <T>(all: readonly T[], pick: number): T | undefined =>
  all[pick % Math.max(1, all.length)]
