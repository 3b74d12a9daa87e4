import type { NameKind } from '../../../functions/names/kinds/kind.ts'
import type { KubernetesClient } from '../../clients/kubernetes.ts'
import { type CloudEvent, objectEvent } from '../../events.ts'
import type { Resync } from '../../function.ts'
import { placeOf } from '../../kinds.ts'
import type { Log } from '../../log.ts'
import type { Metrics } from '../../metrics.ts'
import type { WorldMemory } from '../../world-memory.ts'
import type { Destination } from '../source.ts'
import { type Guard, judgeAbsence } from './absence.ts'
import { createInFlight } from './in-flight.ts'
import { listPages } from './list.ts'
import { selectionOf } from './which.ts'

/** Everything of a kind, each object on its way to where its event is handled. */
export interface Listing {
  /** resourceVersion of the list. */
  readonly version: string
  /** Resolves once all of it has taken effect. */
  readonly effects: Promise<Resync>
}

/** Listed objects whose effect is awaited at most, so that a list needs little memory however long it is. */
export const maxListed = 300

export interface ListingParts {
  readonly kind: NameKind
  readonly client: KubernetesClient
  readonly memory: WorldMemory
  readonly guard: Guard
  readonly log: Log
  readonly metrics: Metrics
}

export interface How {
  /** For the metric. */
  readonly why: string
  /** An operator says that what is missing is really gone. */
  readonly confirmed: boolean
  readonly apiVersion: string
  /** See `Position`. */
  readonly era: number
}

/**
 * Lists a kind and sends each object, then those that are stored and were not in the list, if that proves that they
 * are gone.
 */
export async function sendAll(
  { kind, client, memory, guard, log, metrics }: ListingParts,
  { why, confirmed, apiVersion, era }: How,
  { emit, signal }: Destination,
): Promise<Listing> {
  metrics.relists.inc({ kind: kind.kind, cause: why })
  const [source, remembered] = await Promise.all([client.server(), memory.remembered(kind.kind)])
  const inFlight = createInFlight(maxListed)
  const listed = new Set<string>()
  let version = '0'
  let mended = 0
  const send = (event: CloudEvent<unknown>) => {
    const effect = emit(event, { fresh: true, lane: 'resync' }).then((handled) => {
      if (!handled.some(({ answer }) => answer['changed'])) return
      mended++
      if (why === 'requested') metrics.mended.inc()
    })
    return inFlight.add(effect, signal)
  }
  for await (const page of listPages(client, selectionOf(kind, apiVersion), signal)) {
    version = page.version
    for (const object of page.items) {
      listed.add(placeOf(object))
      await send(objectEvent('add', kind, object, { era, source, apiVersion }))
    }
  }
  const sighting = { remembered, listed, version: BigInt(version), era, confirmed }
  const { gone, withheld } = judgeAbsence(sighting, guard)
  metrics.withheld.set({ kind: kind.kind }, withheld?.owners ?? 0)
  if (withheld) {
    log.warn(
      { kind: kind.kind, ...withheld },
      'names are kept though their objects are missing: if they are really gone, run k2s-dns release',
    )
  }
  for (const { owner } of gone) {
    const { namespace, name, uid } = owner
    const object = { metadata: { namespace, name, uid, resourceVersion: version } }
    await send(objectEvent('delete', kind, object, { era, source, apiVersion }))
  }
  const effects = inFlight
    .settled()
    .then(() => ({ objects: listed.size, mended, withheld: withheld ? [withheld] : [] }))
  return { version, effects }
}
