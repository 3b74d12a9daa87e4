import type { AskSettings } from '../../functions/names/kinds/kind.ts'
import { type KubernetesClient, KubernetesError } from '../clients/kubernetes.ts'
import { messageOf } from '../errors.ts'
import type { ObjectEvent } from '../events.ts'
import { apiVersionOf, pathOf } from '../kinds.ts'
import type { Log } from '../log.ts'

export interface StatusOptions {
  readonly client: Pick<KubernetesClient, 'request'>
  readonly settings: AskSettings
  readonly log: Log
  /** Aborts when nothing is to be written any more. */
  readonly signal: AbortSignal
}

/**
 * Notes in an object's status which generation of it was handled, for kinds that have a field for it, if it does not
 * say so yet. It is for people and takes effect nowhere, so what goes wrong is told in the log and tried again at
 * the next event of the object.
 */
export const createStatus =
  ({ client, settings, log, signal }: StatusOptions) =>
  async ({ kind, owner: { namespace, name, uid }, object }: ObjectEvent): Promise<void> => {
    const observedGeneration = kind.unobserved?.(object, settings)
    if (observedGeneration === undefined) return
    const path = `${pathOf(kind, apiVersionOf(kind), namespace, name)}/status`
    try {
      await client.request('PATCH', path, {
        query: { fieldManager: 'k2s-dns' },
        contentType: 'application/merge-patch+json',
        body: { metadata: { uid }, status: { observedGeneration } }, // not of one that was made anew: 409
        signal,
      })
    } catch (error) {
      const isAnother = error instanceof KubernetesError && [404, 409].includes(error.status)
      if (isAnother || signal.aborted) return
      const note = `its status does not say that it was read: ${messageOf(error)}`
      log.warn({ owner: `${kind.kind.toLowerCase()}/${namespace}/${name}` }, note)
    }
  }
