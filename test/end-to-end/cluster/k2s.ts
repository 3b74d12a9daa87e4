import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Manifest } from '../../../runtime/manifests.ts'
import type { ManifestsFor } from './cluster.ts'
import type { EtcdPki } from './etcd-tls.ts'

/**
 * CoreDNS as K2s leaves it after its installation (K2s v2.0.0, common-setup.module.psm1, `Set-UpMasterNode`): one
 * replica, names from the cluster's own etcd, whose CA's private key lies in a Secret that every CoreDNS mounts.
 * Of the addresses of a real K2s only those are changed without which nothing would answer.
 */
export const k2sManifests: ManifestsFor = (kubeadms, { node, endpoint, pki }) => {
  if (!pki) throw new Error('K2s has client certificates for etcd: start the cluster with etcdTls')
  const text = readFileSync(corefile, 'utf8')
    .replace('https://172.19.1.100:2379', endpoint)
    .replace('forward . 172.20.0.1', `forward . ${node}`)
  return [
    ...secrets(pki),
    ...kubeadms.map((manifest) => {
      if (manifest.kind === 'ConfigMap') return { ...manifest, data: { Corefile: text } }
      return manifest.kind === 'Deployment' ? withCertificates(manifest as Deployment) : manifest
    }),
  ]
}

const corefile = path.join(
  import.meta.dirname,
  '../../functions/corefile/fixtures/k2s-2.0.Corefile',
)

/** Of `kubectl create secret tls`. */
function secrets({ ca, make }: EtcdPki): readonly Manifest[] {
  const client = make('kube-etcd-healthcheck-client', { by: ca, usage: 'clientAuth' })
  const ofPair = { 'etcd-ca': ca, 'etcd-client-for-core-dns': client }
  return Object.entries(ofPair).map(([name, { cert, key }]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'kube-system' },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': cert, 'tls.key': key },
  }))
}

/** The parts of our own coredns.yaml that are changed. */
interface Deployment extends Manifest {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly volumes: readonly object[]
        readonly containers: readonly [{ readonly volumeMounts: readonly object[] }]
      }
    }
  }
}

function withCertificates(deployment: Deployment): Manifest {
  const { template } = deployment.spec
  const { volumes, containers } = template.spec
  const [container] = containers
  const mounts = ['etcd-ca', 'etcd-client'].map((name) => ({
    name: `${name}-cert`,
    mountPath: `/etc/kubernetes/pki/${name}`,
  }))
  const spec = {
    ...template.spec,
    securityContext: { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '53' }] },
    volumes: [
      { name: 'etcd-ca-cert', secret: { secretName: 'etcd-ca' } },
      { name: 'etcd-client-cert', secret: { secretName: 'etcd-client-for-core-dns' } },
      ...volumes,
    ],
    containers: [{ ...container, volumeMounts: [...mounts, ...container.volumeMounts] }],
  }
  return {
    ...deployment,
    spec: { ...deployment.spec, replicas: 1, template: { ...template, spec } },
  }
}
