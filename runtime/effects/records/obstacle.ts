import { writerOf } from '../../../functions/names/external-dns/external-dns.ts'
import type { Host } from '../../../functions/names/host.ts'
import {
  type DnsRecord,
  isOwnRecord,
  type RecordOptions,
} from '../../../functions/names/records/record.ts'
import { namesAbove } from '../../../functions/names/records/subtree.ts'
import type { Damage } from './damage.ts'
import { isHeld } from './documents.ts'
import type { View } from './draft.ts'
import type { Foreign, ForeignKey } from './foreign.ts'

export interface BesideOthers extends RecordOptions {
  readonly foreign: Pick<Foreign, 'at' | 'mixing'>
  readonly damage: Pick<Damage, 'wasOurs' | 'undone'>
}

/**
 * Whether somebody else was at a name first, so that CoreDNS would answer what they keep there together with
 * ours, or would answer a name above with ours.
 * @param records that the host is to have
 * @param held the records that the host had, be they there or not
 * @returns who is in the way, and what to do about it
 */
export function obstacleTo(
  view: View,
  host: Host,
  records: readonly DnsRecord[],
  held: readonly DnsRecord[],
  options: BesideOthers,
): string | undefined {
  const inTheWay = records.find(({ key }) => isTheirs(view, key, options))?.key
  if (inTheWay !== undefined) {
    const record = { key: inTheWay, value: view.get(inTheWay) ?? '' }
    return said({ key: inTheWay, by: writerOf(record, options.keys) }, 'where our record belongs')
  }
  const isOurs = ({ key }: DnsRecord) =>
    view.get(key) !== undefined && !isTheirs(view, key, options)
  if ([...records, ...held].some(isOurs)) return undefined
  const obstacle = obstacleOfOthers(host, options)
  return obstacle !== undefined && isHeld(view.get(options.keys.host(host))) ? undefined : obstacle
}

function obstacleOfOthers(host: Host, { foreign, zones }: BesideOthers): string | undefined {
  const here = foreign.at(host)
  if (here) return said(here, 'and CoreDNS would answer both')
  for (const name of namesAbove(host, zones)) {
    const there = foreign.mixing(name)
    if (there) return said(there, `with a group, and CoreDNS would answer ${name} with our name`)
  }
  return undefined
}

/** ExternalDNS's keys, and no other's, can be taken over. */
const said = ({ key, by }: ForeignKey, why: string): string =>
  by === undefined
    ? `someone else keeps ${key}, ${why}: it has to go first`
    : `${key} is ${by}, ${why}: see k2s-dns adopt`

/** Whether somebody else's value is at a key, and not just in the place of one of ours. */
export function isTheirs(view: View, key: string, options: BesideOthers): boolean {
  const value = view.get(key)
  return (
    value !== undefined && !isOwnRecord({ key, value }, options) && !options.damage.wasOurs(key)
  )
}
