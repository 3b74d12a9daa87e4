import type { Clock } from '../../clock.ts'

/** Ends a war over a place: who sets it again and again means it. */
export interface Patience {
  /** To be called before a place is set once more. @returns whether it may be */
  spend(id: string): boolean
}

/** DHCP renews once in hours, and a VPN that connects does it some three times. */
const most = 10
const withinMs = 60_000
const restMs = 600_000

/** More than ten times in a minute, and the place is left to them for ten minutes. @param onWar told once for each */
export function createPatience(clock: Clock, onWar: (id: string) => void): Patience {
  const spent = new Map<string, number[]>()
  const restUntil = new Map<string, number>()
  return {
    spend(id) {
      const now = clock.now()
      if (now < (restUntil.get(id) ?? -Infinity)) return false
      const recent = [...(spent.get(id) ?? []).filter((at) => now - at < withinMs), now]
      spent.set(id, recent)
      if (recent.length <= most) return true
      spent.delete(id)
      restUntil.set(id, now + restMs)
      onWar(id)
      return false
    },
  }
}
