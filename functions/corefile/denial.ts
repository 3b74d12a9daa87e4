import { isIn } from './address.ts'
import { option, zonesOf } from './server.ts'
import type { Statement } from './syntax/statement.ts'
import { isSince } from './version.ts'
import type { Wish } from './wish.ts'

/** Seconds that CoreDNS caches an answer for in any case, unless `disable` keeps it from it. */
const leastSeconds = 5

/** Since then the cache has `disable` (plugin/cache, release notes of 1.9.4). */
const disableSince = [1, 9, 4]

/** The line that keeps denials out of a cache; one line, and older versions have another way. */
export function denialLine(zones: readonly string[], wish: Wish): string {
  if (hasDisable(wish)) return ['disable denial', ...zones].join(' ')
  return 'denial 9984 1' // CoreDNS's own number of entries
}

export const hasDisable = ({ coreDnsVersion }: Wish): boolean =>
  coreDnsVersion === undefined || isSince(coreDnsVersion, disableSince)

/** The cache's `disable` for a kind, of which the last one counts (plugin/cache/setup.go). */
export const disabled = ({ options }: Statement, kind: Kind): Statement | undefined =>
  options.findLast(({ name, args }) => name === 'disable' && args[0] === kind)

type Kind = 'success' | 'denial'

/** Whether a cache keeps no denials, or no answers, for all of the zones. */
export function forgets(cache: Statement, kind: Kind, zones: readonly string[]): boolean {
  const exempt = disabled(cache, kind)
  if (!exempt) return false
  const origins = zonesOf(exempt.args.slice(1))
  return origins.length === 0 || zones.every((zone) => origins.some((each) => isIn(zone, each)))
}

/** Whether a cache has the least time for denials. */
export const isDenialShort = (cache: Statement): boolean =>
  Number(option(cache, 'denial')?.args[1] ?? Number.POSITIVE_INFINITY) <= leastSeconds
