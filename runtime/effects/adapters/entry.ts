import type { Fields, Json, Place, Wish } from './driver.ts'
import { isNamedBy, isSame, without } from './values.ts'

/** What the journal knows of one place: the same fields in `found` and `ours`. */
export interface Entry {
  readonly driver: string
  readonly id: string
  readonly label: string
  readonly server: Wish['server']
  /** What goes back; never a server of ours. */
  readonly found: Fields
  readonly ours: Fields
  /** When it was told first; for people. */
  readonly since: string
}

/**
 * What is to be written down before a place is told. A field that is still ours was found as the journal says; what
 * it says otherwise now is what somebody has set since, and goes back later.
 * @param known what the journal has of the place, if it was told the same before
 * @returns undefined if all is as wished already, and not by us
 */
export function entryOf(
  { id, label, now, wanted }: Place,
  { driver, server, known, date }: Telling,
): Entry | undefined {
  const found: Record<string, Json> = {}
  const ours: Record<string, Json> = {}
  for (const [name, wish] of Object.entries(wanted)) {
    const value = now[name] ?? null
    const isKnown = known?.ours[name] !== undefined
    if (isSame(value, wish) && !isKnown && !isNamedBy(value, server)) continue
    ours[name] = wish
    const before = isKnown && isSame(value, known.ours[name]) ? known.found[name] : undefined
    found[name] = before === undefined ? without(value, server) : before
  }
  if (Object.keys(ours).length === 0) return undefined
  return { driver, id, label, server, found, ours, since: known?.since ?? date.toISOString() }
}

export interface Telling {
  readonly driver: string
  readonly server: Wish['server']
  readonly known: Entry | undefined
  readonly date: Date
}

/** Of fields that are wished for, those that are not so yet. */
export const missing = ({ now, wanted }: Pick<Place, 'now' | 'wanted'>): Fields =>
  Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => !isSame(now[name] ?? null, value)),
  )

/**
 * What to write so that a place is as it was found. A field that somebody else changed stays as it is; if it names
 * our server beside others, only that goes.
 */
export function puttingBack({ found, ours, server }: Entry, now: Fields): Fields {
  const back: Record<string, Json> = {}
  for (const [name, set] of Object.entries(ours)) {
    const value = now[name] ?? null
    if (!isSame(value, set) && !isNamedBy(value, server)) continue
    const rest = isSame(value, set) ? null : without(value, server)
    const then = rest === null ? (found[name] ?? null) : rest
    if (!isSame(then, value)) back[name] = then
  }
  return back
}
