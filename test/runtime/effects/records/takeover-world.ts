import type { Refusal } from '../../../../functions/names/claim.ts'
import type { Host } from '../../../../functions/names/host.ts'
import { keysOf } from '../../../../functions/names/records/keys.ts'
import { adopt, planAdoption } from '../../../../runtime/effects/records/adoption.ts'
import type { AdoptionWish } from '../../../../runtime/effects/records/adoption-plan.ts'
import { applyClaims } from '../../../../runtime/effects/records/apply-claims.ts'
import { audit } from '../../../../runtime/effects/records/audit.ts'
import { createDamage } from '../../../../runtime/effects/records/damage.ts'
import { createForeign } from '../../../../runtime/effects/records/foreign.ts'
import { giveBack } from '../../../../runtime/effects/records/give-back.ts'
import { createGroupCommit } from '../../../../runtime/effects/records/group-commit.ts'
import { claim, owner } from './claims-world.ts'
import { type EtcdModel, etcdModel, type Trouble } from './etcd-model.ts'

export const keys = keysOf({ instance: 'k2s' })
export const usualWish: AdoptionWish = {
  owner: 'default',
  registry: 'txt',
  naming: { prefix: '', suffix: '' },
  unclaimed: 'keep',
}

/** One process beside others on a store: it has read what ExternalDNS keeps there. */
export async function takeoverWorld(etcd: EtcdModel = etcdModel(), trouble?: Trouble) {
  const client = etcd.connect(trouble)
  const commits = createGroupCommit(client, { tree: keys.hosts })
  const foreign = createForeign({ keys, instance: 'k2s' })
  const damage = createDamage({ keys, instance: 'k2s' })
  const writing = { keys, instance: 'k2s', zones: ['local'], foreign, damage }
  const options = { ...writing, etcd: client, commits }
  const read = () => audit(client, commits, options, { keepNames: false })
  return {
    /** An object asks for hosts. @param stale whether the process knows of others only what it read long ago */
    async claims(id: string, claims: readonly string[], { stale = false } = {}) {
      if (!stale) await read()
      const wish = { owner: owner(id), claims: claims.map(claim) }
      const refused: Refusal[] = []
      let rest: readonly Host[] | undefined
      do {
        const only = rest
        const step = await commits.transact((view) => applyClaims(view, wish, options, only))
        refused.push(...step.refused)
        rest = step.rest
      } while (rest.length > 0)
      return refused
    },
    audit: async () => (await read()).mended,
    plan: (wish: Partial<AdoptionWish> = {}) => planAdoption({ ...usualWish, ...wish }, options),
    adopt: (wish: Partial<AdoptionWish> = {}) => adopt({ ...usualWish, ...wish }, options),
    giveBack: () => giveBack(options),
  }
}

/** What ExternalDNS keeps for a name: a key a target, and an entry, or several that leaked. */
export function writtenByExternalDns(
  host: string,
  targets: readonly string[],
  { owner = 'default', entries = 1, strict = false } = {},
): Record<string, string> {
  const found: Record<string, string> = {}
  const put = (name: string, index: number, message: object) => {
    const leaf = index.toString(16).padStart(8, '0')
    const value = { ...message, targetstrip: 1, ...(strict && { owner }) }
    found[keys.record(name as Host, leaf)] = JSON.stringify(value) // tests write valid ones
  }
  for (const [index, target] of targets.entries()) put(host, index, { host: target })
  const text = `"heritage=external-dns,external-dns/owner=${owner},external-dns/resource=ingress/x/y"`
  for (let index = 0; index < entries; index++) put(`a-${host}`, index, { text })
  return found
}

export function putAll(etcd: EtcdModel, found: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(found)) etcd.put(key, value)
}

/** All keys below the record prefix with their values, those of ours that keep names silent left out. */
export const recordsOf = (etcd: EtcdModel): Record<string, string> =>
  Object.fromEntries(
    etcd
      .keys(keys.records)
      .map((key) => [key, etcd.get(key) ?? ''] as const)
      .filter(([, value]) => !value.includes('"port":-1')),
  )
