import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Manifest, parseManifests } from '../../../runtime/manifests.ts'

export interface KubeadmOptions {
  /** Of the Service `kube-dns`. */
  readonly dns: string
  readonly replicas: number
  /** Its text; default: kubeadm's. */
  readonly corefile?: string | undefined
}

/** CoreDNS as kubeadm installs it. */
export function kubeadmManifests({ dns, replicas, corefile }: KubeadmOptions): readonly Manifest[] {
  const file = path.join(import.meta.dirname, 'coredns.yaml')
  return parseManifests(readFileSync(file, 'utf8'), file).map((manifest) => {
    const spec = manifest['spec'] as object | undefined // read from our own file
    switch (manifest.kind) {
      case 'Service':
        return { ...manifest, spec: { ...spec, clusterIP: dns } }
      case 'Deployment':
        return { ...manifest, spec: { ...spec, replicas } }
      case 'ConfigMap':
        return corefile === undefined ? manifest : { ...manifest, data: { Corefile: corefile } }
      default:
        return manifest
    }
  })
}
