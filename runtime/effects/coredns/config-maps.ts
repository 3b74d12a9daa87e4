import { randomBytes } from 'node:crypto'
import { regionsOf } from '../../../functions/corefile/region.ts'
import type { Configuration } from '../../../functions/corefile/wish.ts'
import type { ConfigMap, Objects } from './objects.ts'

/** What CoreDNS is configured with, as its ConfigMaps have it or as a file. */
export interface Found extends Configuration {
  /** By name; none for a file. */
  readonly maps: Readonly<Record<string, ConfigMap>>
}

export interface Patch {
  readonly configMap: string
  /** By key; null for one that goes. */
  readonly data: Readonly<Record<string, string | null>>
  /** A JSON merge patch (RFC 7396), of the ConfigMap as it was read and no other: else the API server answers 409. */
  readonly patch: { readonly metadata?: object; readonly data: object }
}

/** Where platforms that keep the Corefile themselves take server blocks of others from. */
export const customName = 'coredns-custom'

/** Ours on a ConfigMap with lines of ours: another one at each writing. */
const writtenAs = 'dns.k2s.io/written-as'

/** @returns undefined if there is no such ConfigMap, or none with a Corefile */
export async function readConfiguration(
  objects: Objects,
  name: string,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const [main, custom] = await Promise.all(
    [name, customName].map((each) => objects.read('configmaps', each, signal)),
  )
  const corefile = main?.data?.['Corefile']
  if (!main || corefile === undefined) return undefined
  const maps = { [name]: main, ...(custom && { [customName]: custom }) }
  return { corefile, custom: custom?.data ?? {}, maps }
}

export function patchesOf(before: Found, after: Configuration): readonly Patch[] {
  const [old, custom] = [before.custom ?? {}, after.custom ?? {}]
  const keys = [...new Set([...Object.keys(old), ...Object.keys(custom)])]
  const changed = keys.filter((key) => old[key] !== custom[key])
  const data = Object.fromEntries(changed.map((key) => [key, custom[key] ?? null]))
  function patch(configMap: string, changes: Patch['data']): Patch {
    const { resourceVersion } = before.maps[configMap]?.metadata ?? {}
    const metadata = resourceVersion === undefined ? {} : { metadata: { resourceVersion } }
    return { configMap, data: changes, patch: { ...metadata, data: changes } }
  }
  return [
    ...(before.corefile === after.corefile
      ? []
      : [patch(mainName(before), { Corefile: after.corefile })]),
    ...(changed.length === 0 ? [] : [patch(customName, data)]),
  ]
}

const mainName = ({ maps }: Found) =>
  Object.keys(maps).find((name) => name !== customName) ?? 'coredns'

/** Whether somebody has to see to it that there are files of this folder. */
export const namesFilesIn = (folder: string, { corefile, custom = {} }: Configuration): boolean =>
  [corefile, ...Object.values(custom)].some((text) => text.includes(`${folder}/`))

export const hasOurs = ({ corefile, custom = {} }: Configuration): boolean =>
  [corefile, ...Object.values(custom)].some((text) => regionsOf(text).length > 0)

/** Which writing of ours the ConfigMaps hold; undefined for none. */
export const writingOf = ({ maps }: Found): string | undefined =>
  Object.values(maps).flatMap(({ metadata }) => metadata.annotations?.[writtenAs] ?? [])[0]

/**
 * Writes a configuration, if need be, marked so that it is known which pods were started with it.
 * @returns how the writing is called; undefined if nothing in it is ours
 */
export async function writeConfiguration(
  objects: Objects,
  found: Found,
  after: Configuration,
  signal: AbortSignal,
): Promise<string | undefined> {
  const patches = patchesOf(found, after)
  const known = patches.length === 0 ? writingOf(found) : undefined
  const writing = hasOurs(after) ? (known ?? randomBytes(4).toString('hex')) : undefined
  for (const [name, map] of Object.entries(found.maps)) {
    const data = patches.find(({ configMap }) => configMap === name)?.data ?? {}
    const isMarked = writing !== undefined && isOursIn(name, after)
    const mark = isMarked ? writing : null
    if (Object.keys(data).length === 0 && mark === (map.metadata.annotations?.[writtenAs] ?? null))
      continue
    const changes = { metadata: { annotations: { [writtenAs]: mark } }, data }
    await objects.patch('configmaps', map, changes, signal)
  }
  return writing
}

const isOursIn = (name: string, { corefile, custom = {} }: Configuration) =>
  name === customName ? hasOurs({ corefile: '', custom }) : hasOurs({ corefile })
