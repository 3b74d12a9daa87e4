import { Refused, type Wish } from './wish.ts'

/**
 * Names that K2s's add-ons look for in the Corefile: they delete each line with the second, and put theirs below the
 * first line with the first (addons/addons.module.psm1). So no line of ours has them.
 */
const k2sNames = ['k2s.cluster.local', 'k2s.registry.local']

/** @throws Refused for what can't be written */
export function checkWish({ zones, etcd: { path, endpoints, tls } }: Wish): void {
  if (zones.length === 0 || endpoints.length === 0) throw new Refused('no zones or no endpoints')
  const wrong = zones.find((zone) => !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(zone))
  if (wrong !== undefined) throw new Refused(`"${wrong}" is no zone: lower case, no trailing dot`)
  const texts = [...zones, path, ...endpoints, ...(tls ? [tls.cert, tls.key, tls.ca] : [])]
  for (const text of texts) {
    const name = k2sNames.find((each) => text.includes(each))
    if (name) throw new Refused(`K2s's add-ons edit each line of the Corefile with ${name} in it`)
  }
}
