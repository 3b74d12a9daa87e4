import type { Refusal } from '../../functions/names/claim.ts'
import { type KubernetesClient, KubernetesError, microTime } from '../clients/kubernetes.ts'
import { apiVersionOf, ownerKind } from '../kinds.ts'
import type { Subject } from './report.ts'

/** The API server takes 1,024 bytes (events.k8s.io/v1); the rest is for the sign that more was said. */
const maxNoteBytes = 1_000

/** A Warning Event on the object, as `kubectl describe` shows it, with all that is refused to it. */
export async function announceRefusals(
  client: KubernetesClient,
  subject: Subject,
  refusals: readonly Refusal[],
  sending: Sending,
): Promise<void> {
  const { namespace, name, uid } = subject
  const known = ownerKind(subject.kind)
  const place = namespace || 'default' // where the API server takes Events on what lies in no namespace
  const regarding = {
    kind: known?.kind,
    namespace,
    name,
    uid,
    apiVersion: known && apiVersionOf(known),
  }
  await putWarning(client, sending, {
    metadata: { generateName: 'k2s-dns-', namespace: place },
    reason: 'NameRefused',
    action: 'PublishName',
    note: refusals.map(({ host, message }) => `${host}: ${message}`).join('; '),
    regarding,
  })
}

/**
 * A Warning Event on the Lease of the instance, the only object of ours in a cluster, about a certificate that ends.
 * @param event its note; its name: if there is one of that name already there is no second
 */
export async function announceExpiry(
  client: KubernetesClient,
  lease: { readonly namespace: string; readonly name: string },
  event: { readonly note: string; readonly name: string },
  sending: Sending,
): Promise<void> {
  const { namespace, name } = lease
  const apiVersion = 'coordination.k8s.io/v1'
  const path = `/apis/${apiVersion}/namespaces/${namespace}/leases/${name}`
  type Found = { readonly metadata: { readonly uid: string } }
  const found = await client
    .request<Found>('GET', path, { signal: sending.signal })
    .catch((error: unknown) => unlessStatus(404, error)) // nobody has led yet
  const warning = putWarning(client, sending, {
    metadata: { name: event.name, namespace },
    reason: 'CertificateEnds',
    action: 'ConnectToEtcd',
    note: event.note,
    regarding: { kind: 'Lease', namespace, name, uid: found?.metadata.uid, apiVersion },
  })
  await warning.catch((error: unknown) => unlessStatus(409, error))
}

function unlessStatus(expected: number, error: unknown): undefined {
  if (!(error instanceof KubernetesError && error.status === expected)) throw error
}

interface Sending {
  readonly now: Date
  readonly signal: AbortSignal
}

interface Warning {
  readonly metadata: { readonly namespace: string; readonly [field: string]: unknown }
  readonly reason: string
  readonly action: string
  readonly note: string
  readonly regarding: Readonly<Record<string, unknown>>
}

async function putWarning(
  client: KubernetesClient,
  { now, signal }: Sending,
  { note, ...warning }: Warning,
): Promise<void> {
  const { namespace } = warning.metadata
  await client.request('POST', `/apis/events.k8s.io/v1/namespaces/${namespace}/events`, {
    signal,
    body: {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      ...warning,
      note: cut(note),
      eventTime: microTime(now),
      type: 'Warning',
      reportingController: 'k2s-dns',
      reportingInstance: 'k2s-dns',
    },
  })
}

function cut(text: string): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= maxNoteBytes) return text
  return `${bytes
    .subarray(0, maxNoteBytes)
    .toString()
    .replace(/\ufffd+$/, '')}…`
}
