import { isIn } from './address.ts'
import { option, zonesOf } from './server.ts'
import type { Statement } from './statement.ts'
import type { Wish } from './wish.ts'

/** Seconds that CoreDNS caches a denial for in any case, unless `disable` keeps it from it. */
const leastDenialSeconds = 5

/** Since then the cache has `disable` (plugin/cache, release notes of 1.9.4). */
const disableSince = [1, 9, 4]

/** The line that keeps denials out of a cache; one line, and older versions have another way. */
export function denialLine(zones: readonly string[], wish: Wish): string {
  if (hasDisable(wish)) return ['disable denial', ...zones].join(' ')
  return 'denial 9984 1' // CoreDNS's own number of entries
}

export function hasDisable({ coreDnsVersion }: Wish): boolean {
  if (coreDnsVersion === undefined) return true
  const parts = coreDnsVersion.replace(/^v/, '').split('.').map(Number)
  for (const [at, least] of disableSince.entries()) {
    const part = parts[at] ?? 0
    if (part !== least) return part > least
  }
  return true
}

/** The cache's `disable denial`, of which the last one counts (plugin/cache/setup.go). */
export const disabledDenial = ({ options }: Statement): Statement | undefined =>
  options.findLast(({ name, args }) => name === 'disable' && args[0] === 'denial')

/** Whether a cache forgets denials at once, or as good as that, for all of the zones. */
export function forgetsDenials(cache: Statement, zones: readonly string[]): boolean {
  const seconds = Number(option(cache, 'denial')?.args[1] ?? Number.POSITIVE_INFINITY)
  if (seconds <= leastDenialSeconds) return true
  const disabled = disabledDenial(cache)
  if (!disabled) return false
  const exempt = zonesOf(disabled.args.slice(1))
  return exempt.length === 0 || zones.every((zone) => exempt.some((each) => isIn(zone, each)))
}
