import { z } from 'zod'
import type { Host } from '../../../functions/names/host.ts'
import {
  forwardKey,
  type Pointing,
  pointerRecord,
} from '../../../functions/names/records/pointer.ts'
import { isOwnRecord } from '../../../functions/names/records/record.ts'
import { json } from './documents.ts'
import type { View } from './draft.ts'
import type { WritingOptions } from './write-host.ts'

/** Hosts that are remembered for an address: the first has the pointer, the others are next in line. */
const maxHosts = 4

const schema = z.object({ address: z.string(), hosts: z.array(z.string()).max(100) })

/**
 * Makes an address point back to the host that answered it first of those that still do. Ten thousand hosts may
 * share one address, so only the next few in line are remembered; when all of them went, the next reconcile
 * finds another. A pointer that somebody else wrote is left alone.
 * @param hosts that may answer it, in the order in which they came, besides those that are remembered
 */
export function mendPointer(
  view: View,
  name: Host,
  options: WritingOptions,
  found?: { readonly address: string; readonly hosts: readonly Host[] },
): boolean {
  const { keys } = options
  const stored = schema.safeParse(json(view.get(keys.pointers(name)) ?? '')).data
  const address = found?.address ?? stored?.address
  const known = [...new Set([...(stored?.hosts ?? []), ...(found?.hosts ?? [])])] as Host[] // written from some
  const answers = (host: Host): boolean => {
    const key = address && forwardKey({ name, address, host }, options)
    const value = key && view.get(key)
    return Boolean(key && value && isOwnRecord({ key, value }, options))
  }
  const hosts = known
    .slice(0, 2 * maxHosts)
    .filter(answers)
    .slice(0, maxHosts)
  const [host] = hosts
  if (host === undefined) view.delete(keys.pointers(name))
  else view.put(keys.pointers(name), JSON.stringify({ address, hosts }))
  return putPointer(view, name, host, options)
}

function putPointer(
  view: View,
  name: Host,
  host: Host | undefined,
  options: WritingOptions,
): boolean {
  const key = options.keys.pointer(name)
  const before = view.get(key)
  const isTheirs =
    before !== undefined &&
    !isOwnRecord({ key, value: before }, options) &&
    !options.damage.wasOurs(key)
  if (isTheirs) return false
  if (host === undefined) view.delete(key)
  else view.put(key, pointerRecord({ name, host }, options).value)
  return view.get(key) !== before
}

/** By address, with the hosts in their order. */
export function groupPointings(
  pointings: Iterable<Pointing>,
): ReadonlyMap<Host, { readonly address: string; readonly hosts: Host[] }> {
  const groups = new Map<Host, { address: string; hosts: Host[] }>()
  for (const { name, address, host } of pointings) {
    const group = groups.get(name)
    if (!group) groups.set(name, { address, hosts: [host] })
    else if (group.hosts.length < maxHosts) group.hosts.push(host)
  }
  return groups
}
