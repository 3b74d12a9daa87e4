import { regionsOf } from '../../functions/corefile/region.ts'
import type { Configuration } from '../../functions/corefile/wish.ts'

/** What CoreDNS is configured with, as ConfigMaps of kube-system have it or as a file. */
export interface Found extends Configuration {
  /** resourceVersions, by the name of the ConfigMap. */
  readonly versions: Readonly<Record<string, string>>
}

export interface Patch {
  readonly configMap: string
  /** By key; null for one that goes. */
  readonly data: Readonly<Record<string, string | null>>
  /** A JSON merge patch (RFC 7396), of the ConfigMap as it was read and no other: else the API server answers 409. */
  readonly patch: object
}

export function patchesOf(before: Found, after: Configuration): readonly Patch[] {
  const [old, custom] = [before.custom ?? {}, after.custom ?? {}]
  const keys = [...new Set([...Object.keys(old), ...Object.keys(custom)])]
  const changed = keys.filter((key) => old[key] !== custom[key])
  const data = Object.fromEntries(changed.map((key) => [key, custom[key] ?? null]))
  function patch(configMap: string, changes: Patch['data']): Patch {
    const resourceVersion = before.versions[configMap]
    const metadata = resourceVersion === undefined ? {} : { metadata: { resourceVersion } }
    return { configMap, data: changes, patch: { ...metadata, data: changes } }
  }
  return [
    ...(before.corefile === after.corefile ? [] : [patch('coredns', { Corefile: after.corefile })]),
    ...(changed.length === 0 ? [] : [patch('coredns-custom', data)]),
  ]
}

/** For people: each text as it is to be, lines of ours with a plus before them. */
export const patchText = ({ configMap, data }: Patch): string =>
  Object.entries(data)
    .flatMap(([key, text]) => [
      `${configMap}, ${key}${text === null ? ' is removed' : ':'}`,
      ...(text === null ? [] : marked(text)),
    ])
    .join('\n')

function marked(text: string): string[] {
  const regions = regionsOf(text)
  let at = 0
  return text.split(/(?<=\n)/).map((line) => {
    const isOurs = regions.some(({ start, end }) => at >= start && at < end)
    at += line.length
    return `${isOurs ? '+' : ' '} ${line.trimEnd()}`
  })
}
