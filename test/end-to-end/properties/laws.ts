import { comparePositions, type OwnerId } from '../../../functions/names/claim.ts'
import type { StoredClaim } from '../../../functions/names/conflicts.ts'
import type { Host } from '../../../functions/names/host.ts'
import { placeholderOf, recordsOf } from '../../../functions/names/records/record.ts'
import { isInTheWay } from './foreign.ts'
import { idOf, type Model } from './model.ts'
import { isAllowed, isAllowedTarget } from './policies.ts'
import { answerOf } from './settlement.ts'
import { claimsOf, type Snapshot } from './store.ts'
import { type Wish, wishesOf } from './wishes.ts'
import { ancestors } from './zones.ts'

/** What must hold of the store at any moment; one line for each thing that does not. */
type Law = (now: Snapshot, model: Model) => readonly string[]

const nothingElseIsWritten: Law = ({ strays }) => strays.map((key) => `${key} should not be there`)

const othersKeysAreAsLeft: Law = ({ keys }, { foreign, neighbours }) => {
  const left = [...[...foreign].map(([key, { value }]) => [key, value] as const), ...neighbours]
  return left
    .filter(([key, value]) => keys.get(key) !== value)
    .map(([key, value]) => `somebody else's ${key} is ${keys.get(key)}, not ${value}`)
}

const recordsFollowClaims: Law = (now, model) =>
  [...new Set([...now.claims.keys(), ...now.records.keys()])].flatMap((host) => {
    if (model.damaged.has(host)) return []
    const claims = now.claims.get(host) ?? []
    const records = now.records.get(host) ?? new Map<string, string>()
    const expected = claims.length > 0 ? recordsFor(host, claims, model) : []
    const isRight =
      records.size === expected.length &&
      expected.every(({ key, value }) => records.get(key) === value)
    const isRobbed = expected.some(({ key }) => model.foreign.has(key))
    const isBlocked = model.held.get(host) !== 'surely' && mayBeBlocked(host, model)
    const isSilent = records.size === 0 && (isRobbed || isBlocked)
    const wanted = expected.map(({ value }) => value).join(' ')
    return isRight || isSilent ? [] : [`${host} has ${[...records.values()]}, not ${wanted}`]
  })

const noNameHasTwoMasters: Law = (now, { damaged }) =>
  [...now.records].flatMap(([host, records]) => {
    if (damaged.has(host)) return []
    const claims = now.claims.get(host) ?? []
    const home = claims[0] && namespaceOf(claims[0].owner)
    const theirs = claims.filter(({ owner }) => namespaceOf(owner) === home)
    const allowed = theirs.flatMap(({ targets }) => targets)
    return [...records.values()]
      .map((value) => (JSON.parse(value) as { host: string }).host)
      .filter((target) => !allowed.includes(target))
      .map((target) => `${host} answers ${target}, which its namespace ${home} never wanted`)
  })

/** Neither a name, nor a target of it, nor so short a TTL. */
const nothingIsDenied: Law = (now, { settings }) =>
  [...now.claims].flatMap(([host, claims]) =>
    claims
      .filter(
        ({ owner, targets, ttl }) =>
          ![...settings].some(
            ({ policy }) =>
              isAllowed(host, namespaceOf(owner), policy) &&
              targets.every((target) => isAllowedTarget(target, policy)) &&
              ttl >= policy.minTtlSeconds,
          ),
      )
      .map(
        ({ owner, targets, ttl }) => `no policy of now allows ${owner} ${host} ${targets} ${ttl}`,
      ),
  )

/** No claim is invented: its object, of that uid, asked for just this at some time. */
const claimsWereWished: Law = (now, { cluster, everSettings }) =>
  [...now.claims].flatMap(([host, claims]) =>
    claims
      .filter(({ owner, uid, targets, ttl }) => {
        const versions = cluster.historyOf(idOf(owner)).map(({ object }) => object)
        const wishes = versions
          .filter(({ metadata }) => metadata.uid === uid)
          .flatMap(({ stated }) =>
            [...everSettings].map((each) => wishesOf(stated, namespaceOf(owner), each).get(host)),
          )
        return !wishes.some((wish) => wish && isSame(wish, { targets, ttl }))
      })
      .map(({ owner }) => `${owner} never asked for ${host} so`),
  )

const claimsAreListed: Law = (now) =>
  [...now.claims].flatMap(([host, claims]) =>
    claims
      .filter(({ owner }) => {
        const document = now.owners.get(owner)
        return document?.gone !== false || !document.hosts.includes(host as Host)
      })
      .map(({ owner }) => `${owner} does not know of its claim for ${host}`),
  )

const acknowledgedIsKept: Law = ({ owners }, { acknowledged }) =>
  [...acknowledged].flatMap(([owner, at]) => {
    const stored = owners.get(owner)
    return stored && comparePositions(stored.at, at) >= 0
      ? []
      : [`${owner} is at ${text(stored?.at)}, and ${text(at)} was acknowledged`]
  })

/** The claims of an owner are those of its object at the version that is stored: none more, none less. */
const claimsFollowObjects: Law = (now, { cluster, settings, unsettled }) =>
  [...now.owners].flatMap(([owner, document]) => {
    if (unsettled.has(owner)) return []
    const object = cluster.asOf(idOf(owner), document.at.version)
    const claims = claimsOf(now, owner)
    if (!object) {
      const isGone = document.gone && claims.size === 0
      return isGone ? [] : [`${owner} went, and still has ${[...claims.keys()]}`]
    }
    const fits = [...settings].some((each) => {
      const wishes = wishesOf(object.stated, namespaceOf(owner), each)
      const fulfilled = [...wishes].every(([host, wish]) => {
        const claim = claims.get(host)
        return claim?.uid === object.metadata.uid && isSame(wish, claim)
      })
      const hosts = [...wishes.keys()].sort()
      return (
        fulfilled &&
        `${hosts}` === `${[...claims.keys()].sort()}` &&
        `${hosts}` === `${[...document.hosts].sort()}`
      )
    })
    return fits && !document.gone
      ? []
      : [`${owner} at ${text(document.at)} claims ${[...claims.keys()]}, lists ${document.hosts}`]
  })

/** Else CoreDNS would answer a name with what lies below it. */
const namesAboveAreSilent: Law = (now, model) => {
  const zonesInUse = [...model.settings].map(({ policy }) => policy.zones)
  const above = (zones: readonly string[]) =>
    new Set([...now.claims.keys()].flatMap((host) => ancestors(host, zones)))
  const eachAbove = zonesInUse.map(above)
  const needed = [...(eachAbove[0] ?? [])].filter(
    (name) =>
      eachAbove.every((names) => names.has(name)) &&
      !model.foreign.has(placeholderFor(name, model).key) &&
      !model.damaged.has(name),
  )
  const missing = needed.filter((name) => !now.placeholders.has(name))
  const wrong = [...now.placeholders].filter(
    ([name, value]) => !model.damaged.has(name) && value !== placeholderFor(name, model).value,
  )
  return [
    ...missing.map((name) => `${name} has no placeholder, and would answer for names below it`),
    ...wrong.map(([name, value]) => `the placeholder of ${name} is ${value}`),
  ]
}

const laws: readonly Law[] = [
  nothingElseIsWritten,
  othersKeysAreAsLeft,
  recordsFollowClaims,
  noNameHasTwoMasters,
  nothingIsDenied,
  claimsWereWished,
  claimsAreListed,
  acknowledgedIsKept,
  claimsFollowObjects,
  namesAboveAreSilent,
]

export const faultsOf: Law = (now, model) => laws.flatMap((law) => law(now, model))

export const placeholderFor = (name: string, model: Model) =>
  placeholderOf(name, { ...model, zones: [] })

export const recordsFor = (host: string, claims: readonly StoredClaim[], model: Model) =>
  recordsOf(host as Host, answerOf(claims), { ...model, zones: [] })

/** Whether somebody else is, or was, where a host's records would be answered too. */
const mayBeBlocked = (host: string, { settings, everForeign }: Model): boolean =>
  [...settings].some(({ policy }) =>
    [...everForeign].some((key) => isInTheWay(key, host, policy.zones)),
  )

const namespaceOf = (owner: OwnerId): string => owner.split('/')[1] ?? ''
const isSame = (a: Wish, b: Wish) => `${a.targets}` === `${b.targets}` && a.ttl === b.ttl
const text = (at: { era: number; version: bigint } | undefined) => `${at?.era}:${at?.version}`
