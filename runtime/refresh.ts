import { type KubernetesClient, KubernetesError } from './clients/kubernetes.ts'
import { enrol } from './enrolment.ts'
import type { EpochRecords } from './epoch.ts'
import { GiveUp } from './errors.ts'
import { type CloudEvent, objectEvent, subjectOf } from './events.ts'
import { type KubernetesObject, nameKindOf, pathOf } from './kinds.ts'
import type { WorldMemory } from './world-memory.ts'

/** Of each request: a sender waits for the answer. */
const timeoutMs = 3_000

/** An event that says how its object is now. */
export interface Current {
  readonly event: CloudEvent<unknown>
  /** In which it was so; undefined for an event without an object. */
  readonly epoch: string | undefined
}

/**
 * Turns what an event says of an object into what the API server says of it now. An event from outside may be
 * late, repeated or invented: it is a hint to look, and the object decides.
 * @throws GiveUp if it speaks of no object of a kind that we know
 */
export function createRefresh(
  client: KubernetesClient,
  memory: WorldMemory & Pick<EpochRecords, 'epoch'>,
) {
  return async function refresh(event: CloudEvent<unknown>, signal: AbortSignal): Promise<Current> {
    if (!event.type.startsWith('dev.knative.apiserver.')) return { event, epoch: undefined }
    const subject = subjectOf(event)
    const kind = subject && nameKindOf(subject.kind, subject.apiversion)
    if (!subject || !kind?.versions.length) {
      throw new GiveUp(
        'the event names no object of ours: set the extensions apiversion, kind, namespace and name',
      )
    }
    const { apiversion, namespace, name } = subject
    const epoch = await memory.epoch() // before the object is asked for
    const [source, era, listed] = await Promise.all([
      client.server(),
      enrol(client, memory, { signal }),
      client.request<{ metadata: { resourceVersion: string } }>('GET', pathOf(kind, apiversion), {
        query: { limit: '1' },
        timeoutMs,
        signal,
      }),
    ])
    try {
      const object = await client.request<KubernetesObject>(
        'GET',
        pathOf(kind, apiversion, namespace, name),
        {
          timeoutMs,
          signal,
        },
      )
      const event = objectEvent('update', kind, object, { era, source, apiVersion: apiversion })
      return { event, epoch }
    } catch (error) {
      if (!(error instanceof KubernetesError) || error.status !== 404) throw error
      // absent at some time after the list, so gone as of the list's version; a kind that vanished fails above
      const { resourceVersion } = listed.metadata
      const metadata = { namespace, name, uid: 'unknown', resourceVersion }
      return {
        event: objectEvent('delete', kind, { metadata }, { era, source, apiVersion: apiversion }),
        epoch,
      }
    }
  }
}
