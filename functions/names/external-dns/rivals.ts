import type { Host } from '../host.ts'
import type { Keys } from '../records/keys.ts'
import { type DnsRecord, foreignRecord, hasGroup } from '../records/record.ts'
import { isBelow } from '../zone.ts'
import { externalDnsKey } from './external-dns.ts'
import { modeOf } from './external-dns-mode.ts'
import { byName } from './takeover.ts'

/** Somebody whose keys have to do with a name of ours. */
export interface Rival {
  readonly who: string
  readonly keys: readonly string[]
  /** What he does to the name, or CoreDNS because of him. */
  readonly effect: string
  readonly remedy: string
}

export interface RivalOptions {
  readonly keys: Keys
  /** Whether the name has records of ours, or ought to; else its claims wait. */
  readonly isHeld: boolean
  /** The keys that we would write for the claims, waiting ones too. */
  readonly ownKeys: ReadonlySet<string>
}

const naming = { prefix: '', suffix: '' } // what else ExternalDNS was given is not in the store

/** Who is beside us at a host that is claimed. @param foreign all keys of others */
export function rivalsOf(
  host: Host,
  foreign: readonly DnsRecord[],
  options: RivalOptions,
): readonly Rival[] {
  const { at, entries } = byName(foreign, { keys: options.keys, naming }).get(host) ?? {}
  const here = [...(at?.values() ?? []), ...(entries?.values() ?? [])]
  const isOfExternalDns = (record: DnsRecord) => {
    const found = externalDnsKey(record, options.keys, naming)
    return found?.kind === 'record' || found?.of === host
  }
  const itsOwn = here.filter(isOfExternalDns)
  return [
    ...(itsOwn.length > 0 ? [externalDns(itsOwn, options)] : []),
    ...here.filter((record) => !isOfExternalDns(record)).map((each) => somebody(each, options)),
    ...showing(foreign, host, options),
  ]
}

function externalDns(records: readonly DnsRecord[], options: RivalOptions): Rival {
  const { keys, isHeld, ownKeys } = options
  const mode = modeOf(records.flatMap((record) => externalDnsKey(record, keys, naming) ?? []))
  const told = { who: `ExternalDNS (${mode.sign})`, keys: records.map(({ key }) => key) }
  const stop = `stop it and run ${mode.adopt}`
  if (isHeld) return { ...told, effect: mode.effect, remedy: `${mode.remedy}, or ${stop}` }
  const isOverwritten = records.some(({ key }) => ownKeys.has(key))
  const effect = isOverwritten ? 'wrote over our record, and has the name now' : 'has the name'
  return { ...told, effect, remedy: stop }
}

function somebody({ key }: DnsRecord, { isHeld, ownKeys }: RivalOptions): Rival {
  const effect = isHeld
    ? 'keeps a key beside ours, and CoreDNS answers both'
    : ownKeys.has(key)
      ? 'wrote over our record'
      : 'has the name'
  return { who: 'somebody else', keys: [key], effect, remedy: 'remove the key if nobody needs it' }
}

/** Keys elsewhere with which CoreDNS answers the name too: see docs/subtrees.md. */
function showing(
  foreign: readonly DnsRecord[],
  host: Host,
  { keys, isHeld }: RivalOptions,
): readonly Rival[] {
  if (!isHeld) return []
  const all = foreign.map(({ key, value }) => ({
    key,
    value,
    ...foreignRecord({ key, value }, keys),
  }))
  const elsewhere = all.filter(({ name }) => name !== undefined && name !== host)
  const mixing = elsewhere.filter(({ mixes }) => mixes === host)
  const plain = elsewhere.filter(({ name = '', value }) => isBelow(name, host) && !hasGroup(value))
  const remedy = 'write it with a leaf, targetstrip 1 and its own name as the group'
  return [
    { of: mixing, effect: `keeps a key of another group, so ${host} answers with all below it` },
    { of: plain, effect: `keeps a key without a group, so ${host} answers with it too` },
  ]
    .filter(({ of }) => of.length > 0)
    .map(({ of, effect }) => ({
      who: 'somebody else',
      keys: of.map(({ key }) => key),
      effect,
      remedy,
    }))
}
