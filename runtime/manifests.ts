import { parseAllDocuments } from 'yaml'
import type { KubernetesClient } from './clients/kubernetes.ts'
import { GiveUp } from './errors.ts'

/** One object of a manifest, as its author wrote it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly [field: string]: unknown
}

/** @throws GiveUp naming the file for what is no YAML or no Kubernetes object */
export function parseManifests(text: string, file: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors.length > 0) throw new GiveUp(`${file}: ${document.errors[0]?.message}`)
    const object = document.toJS() as Manifest | null // checked on the next lines
    if (object === null) return []
    if (object.apiVersion && object.kind && object.metadata?.name) return [object]
    throw new GiveUp(`${file}: a document lacks apiVersion, kind or metadata.name`)
  })
}

/** Plural names of the kinds in our own manifests and examples, so that no discovery is needed. */
const resources: Readonly<Record<string, { resource: string; namespaced: boolean }>> = {
  Namespace: { resource: 'namespaces', namespaced: false },
  ServiceAccount: { resource: 'serviceaccounts', namespaced: true },
  ClusterRole: { resource: 'clusterroles', namespaced: false },
  Role: { resource: 'roles', namespaced: true },
  RoleBinding: { resource: 'rolebindings', namespaced: true },
  ClusterRoleBinding: { resource: 'clusterrolebindings', namespaced: false },
  Service: { resource: 'services', namespaced: true },
  ConfigMap: { resource: 'configmaps', namespaced: true },
  Secret: { resource: 'secrets', namespaced: true },
  Deployment: { resource: 'deployments', namespaced: true },
  Ingress: { resource: 'ingresses', namespaced: true },
}

/** @throws GiveUp for a kind that is not in the table */
export function manifestPath({ apiVersion, kind, metadata }: Manifest): string {
  const known = resources[kind]
  if (!known) {
    throw new GiveUp(
      `${kind} ${metadata.name}: only ${Object.keys(resources).join(', ')} are applied here`,
    )
  }
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const namespace = known.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : ''
  return `${root}${namespace}/${known.resource}/${metadata.name}`
}

/** Server-side apply: creates the object or makes its stated fields so. */
export async function applyManifest(
  client: KubernetesClient,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<void> {
  await client.request('PATCH', manifestPath(manifest), {
    query: { fieldManager: 'k2s-dns-local', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: manifest,
    signal,
  })
}

/** @throws KubernetesError with status 404 if it is not there */
export async function deleteManifest(
  client: KubernetesClient,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<void> {
  await client.request('DELETE', manifestPath(manifest), { signal })
}
