import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Manifest } from '../../runtime/manifests.ts'
import type { ClusterOptions } from './cluster/index.ts'

/** A cluster as somebody set it up, whose CoreDNS is to serve our names. */
export interface Scene {
  readonly what: string
  readonly cluster: ClusterOptions
  readonly zones: readonly string[]
  /** Ours, which CoreDNS serves before it was configured. */
  readonly servedBefore: readonly string[]
  /** Ours, which it serves afterwards. */
  readonly served: readonly string[]
}

const fixture = (name: string) =>
  readFileSync(
    path.join(import.meta.dirname, `../functions/corefile/fixtures/${name}.Corefile`),
    'utf8',
  )

/** A zone of its own, and the cluster's. */
export const kubeadm = (etcdTls: boolean): Scene => ({
  what: `kubeadm’s, etcd ${etcdTls ? 'with' : 'without'} certificates`,
  cluster: { etcdTls, corefile: () => fixture('kubeadm-1.36') },
  zones: ['apps.example', 'cluster.local'],
  servedBefore: [],
  served: ['shop.apps.example', 'shop.cluster.local'],
})

/** One replica; serves `cluster.local` from etcd itself, with Secrets of its own, among them the CA's private key. */
export const k2s = (etcdTls: boolean): Scene => ({
  what: `K2s’s, etcd ${etcdTls ? 'with' : 'without'} certificates`,
  cluster: {
    etcdTls,
    replicas: 1,
    manifests: (kubeadms, { endpoint, pki }) => [
      ...(pki
        ? [caSecret(pki.ca), clientSecret(pki.make('healthcheck-client', { by: pki.ca }))]
        : []),
      ...kubeadms.map((manifest) => {
        const { name } = manifest.metadata
        if (manifest.kind === 'ConfigMap')
          return { ...manifest, data: { Corefile: corefile(endpoint) } }
        if (pki && manifest.kind === 'Deployment' && name === 'coredns')
          return withVolumes(manifest)
        return manifest
      }),
    ],
  },
  zones: ['cluster.local', 'registry.local'],
  servedBefore: ['shop.cluster.local'],
  served: ['shop.cluster.local', 'k2s.registry.local'],
})

function corefile(endpoint: string): string {
  const text = fixture('k2s-2.0').replace('https://172.19.1.100:2379', endpoint)
  return endpoint.startsWith('https:') ? text : text.replace(/^ +tls .*\n/m, '')
}

interface Pair {
  readonly cert: string
  readonly key: string
}

const tlsSecret = (name: string, { cert, key }: Pair): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'kube-system' },
  type: 'kubernetes.io/tls',
  data: { 'tls.crt': btoa(cert), 'tls.key': btoa(key) },
})
const caSecret = (ca: Pair) => tlsSecret('etcd-ca', ca)
const clientSecret = (client: Pair) => tlsSecret('etcd-client-for-core-dns', client)

/** As K2s's `Set-UpMasterNode` adds them. */
const k2sVolumes = [
  { name: 'etcd-ca-cert', secretName: 'etcd-ca', mountPath: '/etc/kubernetes/pki/etcd-ca' },
  {
    name: 'etcd-client-cert',
    secretName: 'etcd-client-for-core-dns',
    mountPath: '/etc/kubernetes/pki/etcd-client',
  },
]

function withVolumes(manifest: Manifest): Manifest {
  const { spec } = structuredClone(manifest) as unknown as {
    spec: {
      template: { spec: { containers: [{ volumeMounts: object[] }]; volumes: object[] } }
    } // ours
  }
  const { containers, volumes } = spec.template.spec
  for (const { name, secretName, mountPath } of k2sVolumes) {
    volumes.push({ name, secret: { secretName } })
    containers[0].volumeMounts.push({ name, mountPath })
  }
  return { ...manifest, spec }
}
