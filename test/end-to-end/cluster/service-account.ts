import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import type { Pod } from './pod-object.ts'
import type { Mount } from './sandbox.ts'
import { writeVolume } from './volume.ts'

const requestMs = 2_000

/**
 * A token of the pod's service account and what else a client in a pod looks for. It is valid for an hour, which is
 * longer than a test lasts, so it isn't renewed.
 * @throws KubernetesError if there is no such account
 */
export async function serviceAccount(
  { metadata: { name, namespace, uid }, spec: { serviceAccountName = 'default' } }: Pod,
  { client, ca }: { readonly client: KubernetesClient; readonly ca: string },
  folder: string,
): Promise<Mount> {
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccountName}`
  const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name, uid }
  const { status } = await client.request<{ status: { token: string } }>(
    'POST',
    `${account}/token`,
    {
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 3_600, boundObjectRef },
      },
      timeoutMs: requestMs,
      signal: AbortSignal.timeout(requestMs),
    },
  )
  const files = { token: status.token, 'ca.crt': ca, namespace }
  writeVolume(
    folder,
    new Map(Object.entries(files).map(([file, text]) => [file, Buffer.from(text)])),
  )
  return { from: folder, at: '/var/run/secrets/kubernetes.io/serviceaccount' }
}
