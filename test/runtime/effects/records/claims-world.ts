import type { Claim, Owner } from '../../../../functions/names/claim.ts'
import { settle } from '../../../../functions/names/conflicts.ts'
import type { Host } from '../../../../functions/names/host.ts'
import { hostOfKey, keysOf } from '../../../../functions/names/records/keys.ts'
import {
  isOwnRecord,
  placeholderOf,
  recordsOf,
} from '../../../../functions/names/records/record.ts'
import { alwaysSilent, namesAbove } from '../../../../functions/names/records/subtree.ts'
import {
  applyClaims,
  type Step,
  type Wish,
} from '../../../../runtime/effects/records/apply-claims.ts'
import { createDamage } from '../../../../runtime/effects/records/damage.ts'
import { parseClaims, parseOwner } from '../../../../runtime/effects/records/documents.ts'
import { createForeign } from '../../../../runtime/effects/records/foreign.ts'
import { createGroupCommit } from '../../../../runtime/effects/records/group-commit.ts'
import { type EtcdModel, etcdModel, type Trouble } from './etcd-model.ts'

const instance = 'k2s'
export const keys = keysOf({ instance })
const zones = ['local']
export const options = {
  keys,
  instance,
  zones,
  foreign: createForeign({ keys, instance }),
  damage: createDamage({ keys, instance }),
}

/** `shop/web@5`: the ingress web of namespace shop at version 5. */
export function owner(text: string, { uid = 'u-1', era = 0 } = {}): Owner {
  const [id = '', version = '1'] = text.split('@')
  const [namespace = '', name = ''] = id.split('/')
  return { kind: 'Ingress', namespace, name, uid, at: { era, version: BigInt(version) } }
}

/** `a.local 10.0.0.1 10.0.0.2`: a host and its targets. */
export function claim(text: string): Claim {
  const [host = '', ...targets] = text.split(' ')
  return { host: host as Host, targets, ttlSeconds: 30 } // tests write valid ones
}

/** One replica at work on a store; several may share one. */
export function claimsWorld(etcd: EtcdModel = etcdModel(), trouble?: Trouble) {
  const commits = createGroupCommit(etcd.connect(trouble), { tree: keys.hosts })
  const step = (wish: Wish, only?: readonly Host[]): Promise<Step> =>
    commits.transact((view) => applyClaims(view, wish, options, only))

  async function fulfil(wish: Wish) {
    const refused = []
    let changed = false
    let steps = 0
    let rest: readonly Host[] | undefined
    do {
      const done: Step = await step(wish, rest)
      steps++
      changed ||= done.changed
      refused.push(...done.refused)
      rest = done.rest
    } while (rest.length > 0)
    return { changed, refused, steps }
  }

  return {
    etcd,
    step,
    fulfil,
    /** What an ingress asks for now: `shop/web@5`, then hosts with targets. */
    replace: (id: string, ...claims: string[]) =>
      fulfil({ owner: owner(id), claims: claims.map(claim) }),
    release: (id: string, { uid = 'u-1' } = {}) =>
      fulfil({ owner: owner(id, { uid }), claims: [], goneLease: '7' }),
    answers: (host: string) => answers(etcd, host),
  }
}

/** What CoreDNS would answer: the targets of the keys directly below a host's. */
export function answers(etcd: EtcdModel, host: string): string {
  const prefix = `${keys.record(host as Host, '')}` // as above
  return etcd
    .keys(prefix)
    .filter((key) => !key.slice(prefix.length).includes('/'))
    .map((key) => (JSON.parse(etcd.get(key) ?? '') as { host: string }).host)
    .filter((target) => target !== host) // keeps the names below apart, and is no answer
    .sort()
    .join(' ')
}

/** The targets of all records, in the order of their keys. */
export const allTargets = (etcd: EtcdModel): string =>
  etcd
    .keys(keys.records)
    .map((key) => (JSON.parse(etcd.get(key) ?? '') as { host: string }).host)
    .join('')

/** Who claims which host by what is stored: `a.local: shop/web blog/web`, the oldest first. */
export const claimants = (etcd: EtcdModel): string[] =>
  etcd.keys(keys.hosts).map((key) => {
    const owners = parseClaims(etcd.get(key)).map((each) => each.owner.replace('ingress/', ''))
    return `${hostOfKey(keys, key)}: ${owners.join(' ')}`
  })

/** Everything in the store that does not fit together; nothing while no wish is half done. */
export function oddities(etcd: EtcdModel): string[] {
  const found: string[] = []
  const expected = new Map<string, string>()
  for (const key of etcd.keys(keys.hosts)) {
    const host = hostOfKey(keys, key)
    const claims = parseClaims(etcd.get(key))
    if (claims.length === 0) found.push(`${host} is claimed by nobody`)
    if (new Set(claims.map((each) => each.owner)).size < claims.length)
      found.push(`${host} is claimed twice by one owner`)
    for (const record of recordsOf(host, settle(host, claims), options))
      expected.set(record.key, record.value)
    for (const each of claims) {
      const document = parseOwner(etcd.get(keys.owner(each.owner)))
      if (document?.gone !== false) found.push(`${host} is claimed by ${each.owner}, which is gone`)
      else if (!document.hosts.includes(host)) found.push(`${each.owner} does not know of ${host}`)
      else if (document.uid !== each.uid) found.push(`${each.owner} claims ${host} as another`)
    }
  }
  for (const key of etcd.keys(keys.owners)) {
    for (const host of parseOwner(etcd.get(key))?.hosts ?? []) {
      const claims = parseClaims(etcd.get(keys.host(host)))
      if (!claims.some((each) => keys.owner(each.owner) === key)) found.push(`${key} lists ${host}`)
    }
  }
  const hostNames = new Set(etcd.keys(keys.hosts).map((key) => hostOfKey(keys, key)))
  const above = [...hostNames].flatMap((host) => namesAbove(host, zones))
  const speaks = (name: Host) =>
    settle(name, parseClaims(etcd.get(keys.host(name)))).targets.length > 0
  for (const name of above.filter((each) => !speaks(each))) {
    const { key, value } = placeholderOf(name, options)
    expected.set(key, value)
  }
  const harmless = new Set(
    [...above, ...alwaysSilent(zones)].map((name) => placeholderOf(name, options).key),
  )
  for (const [key, value] of expected)
    if (etcd.get(key) !== value) found.push(`${key} is ${etcd.get(key)}, not ${value}`)
  for (const key of etcd.keys(keys.records)) {
    const stray =
      isOwnRecord({ key, value: etcd.get(key) ?? '' }, options) &&
      !expected.has(key) &&
      !harmless.has(key)
    if (stray) found.push(`${key} belongs to no claim`)
  }
  return found
}
