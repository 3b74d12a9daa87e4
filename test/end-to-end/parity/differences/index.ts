import { annotations } from './annotations.ts'
import type { Difference } from './difference.ts'
import { gatewayApi } from './gateway-api.ts'
import { names } from './names.ts'
import { recordTypes } from './record-types.ts'
import { services } from './services.ts'
import { targets } from './targets.ts'
import { templates } from './templates.ts'
import { traefik } from './traefik.ts'

export type { Difference } from './difference.ts'

/** All that is known, by the chapters of docs/parity.md. */
export const chapters: Readonly<Record<string, readonly Difference[]>> = {
  Names: names,
  Targets: targets,
  Annotations: annotations,
  Services: services,
  'Record types': recordTypes,
  'Gateway API': gatewayApi,
  Traefik: traefik,
  Templates: templates,
}

/** What explains a difference at `name TYPE` in a run. */
export function reasonsFor(at: string, run: number): readonly Difference[] {
  const all = Object.values(chapters).flat()
  const fitting = all.filter(
    ({ at: places, runs }) =>
      (runs?.includes(run) ?? true) && places.some((place) => isAt(at, place)),
  )
  const ofRun = fitting.filter(({ runs }) => runs)
  return ofRun.length > 0 ? ofRun : fitting
}

/** @param at `name TYPE` */
export function isAt(at: string, place: string | RegExp): boolean {
  const short = shortOf(at)
  return typeof place === 'string' ? short.startsWith(`${place} `) : place.test(short)
}

/** Without the zone; `@` for the zone itself, as in zone files. */
export const shortOf = (at: string): string =>
  at.replace(/(^|\.)cluster\.local /, (_, dot) => (dot ? ' ' : '@ '))
