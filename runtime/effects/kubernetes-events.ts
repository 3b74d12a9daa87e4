import type { Refusal } from '../../functions/names/claim.ts'
import { nameKinds } from '../../functions/names/kinds/index.ts'
import { type KubernetesClient, microTime } from '../clients/kubernetes.ts'
import { apiVersionOf } from '../kinds.ts'
import type { Subject } from './report.ts'

/** The API server takes 1,024 bytes (events.k8s.io/v1); the rest is for the sign that more was said. */
const maxNoteBytes = 1_000

/** A Warning Event on the object, as `kubectl describe` shows it, with all that is refused to it. */
export async function announceRefusals(
  client: KubernetesClient,
  subject: Subject,
  refusals: readonly Refusal[],
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<void> {
  const { namespace, name, uid } = subject
  const known = nameKinds.find(({ kind }) => kind.toLowerCase() === subject.kind.toLowerCase())
  const place = namespace || 'default' // where the API server takes Events on what lies in no namespace
  const note = refusals.map(({ host, message }) => `${host}: ${message}`).join('; ')
  await client.request('POST', `/apis/events.k8s.io/v1/namespaces/${place}/events`, {
    signal,
    body: {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { generateName: 'k2s-dns-', namespace: place },
      eventTime: microTime(now),
      type: 'Warning',
      reason: 'NameRefused',
      action: 'PublishName',
      note: cut(note),
      reportingController: 'k2s-dns',
      reportingInstance: 'k2s-dns',
      regarding: {
        kind: known?.kind,
        namespace,
        name,
        uid,
        apiVersion: known && apiVersionOf(known),
      },
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
