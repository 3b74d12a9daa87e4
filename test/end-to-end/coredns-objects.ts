import { setTimeout as delay } from 'node:timers/promises'
import { isNotFound, type KubernetesClient } from '../../runtime/clients/kubernetes.ts'
import { patience } from './world.ts'

/** What CoreDNS is made of in kube-system, as kubeadm writes it, without pods: nobody runs them here. */
export interface CoreDnsObjects {
  /** @param deployment merged over its spec */
  create(corefile: string, deployment?: object): Promise<void>
  secret(name: string, data: Readonly<Record<string, string>>): Promise<void>
  /** All of it as it is now, without what each writing changes. */
  read(): Promise<State>
  patch(path: string, changes: object): Promise<void>
  /** Another spec in the place of the one that is there. */
  put(path: string, spec: object): Promise<void>
  remove(path: string): Promise<void>
  clear(): Promise<void>
  /** Says what a roll-out says that comes to its end at once; ends with the signal. */
  rollAtOnce(signal: AbortSignal): Promise<void>
}

export interface State {
  readonly corefile: string | undefined
  readonly configMapAnnotations: object | undefined
  readonly deployment: { readonly annotations: object | undefined; readonly spec: DeploymentSpec }
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export interface DeploymentSpec {
  readonly replicas: number
  readonly strategy: object
  readonly template: {
    readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
    readonly spec: { readonly volumes: readonly { readonly name: string }[] }
  }
}

const kubeSystem = '/namespaces/kube-system'
export const paths = {
  configMap: `/api/v1${kubeSystem}/configmaps/coredns`,
  deployment: `/apis/apps/v1${kubeSystem}/deployments/coredns`,
  secret: (name: string) => `/api/v1${kubeSystem}/secrets/${name}`,
}

export function corednsObjects(client: KubernetesClient): CoreDnsObjects {
  const request = <T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ) =>
    client.request<T>(method, path, {
      ...(body && { body }),
      ...(method === 'PATCH' && { contentType: 'application/merge-patch+json' }),
      signal: patience(),
    })
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'))
  const list = async <T>(path: string) =>
    (await request<{ items: (T & { metadata: { name: string } })[] }>('GET', folderOf(path))).items

  return {
    async create(corefile, deployment = {}) {
      const metadata = { name: 'coredns', namespace: 'kube-system' }
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: corefile } }
      await request('POST', folderOf(paths.configMap), map)
      const spec = { ...kubeadmSpec, ...deployment }
      const labels = { 'k8s-app': 'kube-dns' }
      await request('POST', folderOf(paths.deployment), {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { ...metadata, labels },
        spec,
      })
    },
    async secret(name, texts) {
      const data = Object.entries(texts).map(([key, text]) => [key, btoa(text)] as const)
      const metadata = { name, namespace: 'kube-system' }
      const of = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls' }
      await request('POST', folderOf(paths.secret(name)), { ...of, data: Object.fromEntries(data) })
    },
    async read() {
      type Map = { metadata: { annotations?: object }; data?: { Corefile?: string } }
      type Deployment = {
        metadata: { annotations?: Record<string, unknown> }
        spec: DeploymentSpec
      }
      type Secret = { data?: Record<string, string> }
      const map = await request<Map>('GET', paths.configMap)
      const { metadata, spec } = await request<Deployment>('GET', paths.deployment)
      const secrets = (await list<Secret>(paths.secret(''))).map(({ metadata: { name }, data }) => {
        const texts = Object.entries(data ?? {}).map(([key, text]) => [key, atob(text)] as const)
        return [name, Object.fromEntries(texts)] as const
      })
      return {
        corefile: map.data?.Corefile,
        configMapAnnotations: map.metadata.annotations,
        deployment: { annotations: withoutRevision(metadata.annotations), spec },
        secrets: Object.fromEntries(secrets),
      }
    },
    patch: (path, changes) => request('PATCH', path, changes),
    async put(path, spec) {
      const { metadata, ...found } = await request<{ metadata: { name: string } }>('GET', path)
      const { name } = metadata
      await request('PUT', path, { ...found, metadata: { name, namespace: 'kube-system' }, spec })
    },
    remove: (path) => request('DELETE', path),
    async clear() {
      for (const path of [paths.configMap, paths.deployment, paths.secret('')]) {
        for (const { metadata } of await list<object>(path)) {
          if (metadata.name === 'kube-root-ca.crt') continue
          await request('DELETE', `${folderOf(path)}/${metadata.name}`)
        }
      }
    },
    async rollAtOnce(signal) {
      while (!signal.aborted) {
        type Deployment = {
          metadata: { generation: number }
          spec: DeploymentSpec
          status?: object
        }
        for (const { metadata, spec } of await list<Deployment>(paths.deployment)) {
          const { replicas } = spec
          const counts = { replicas, updatedReplicas: replicas, availableReplicas: replicas }
          const status = {
            observedGeneration: metadata.generation,
            readyReplicas: replicas,
            ...counts,
          }
          const said = request('PATCH', `${paths.deployment}/status`, { status })
          await said.catch(unlessGone)
        }
        await delay(20)
      }
    },
  }
}

/** Its controller counts roll-outs there, forward only. */
function withoutRevision(annotations: Readonly<Record<string, unknown>> = {}): object | undefined {
  const { 'deployment.kubernetes.io/revision': _, ...others } = annotations
  return Object.keys(others).length > 0 ? others : undefined
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error
}

/** What matters of it (kubeadm, cmd/kubeadm/app/phases/addons/dns/manifests.go). */
const kubeadmSpec = {
  replicas: 2,
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
  selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  template: {
    metadata: { labels: { 'k8s-app': 'kube-dns' } },
    spec: {
      containers: [
        {
          name: 'coredns',
          image: 'registry.k8s.io/coredns/coredns:v1.14.7',
          args: ['-conf', '/etc/coredns/Corefile'],
          volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
          ports: [{ containerPort: 53, name: 'dns', protocol: 'UDP' }],
        },
      ],
      volumes: [
        {
          name: 'config-volume',
          configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] },
        },
      ],
    },
  },
}
