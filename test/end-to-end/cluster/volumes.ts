import path from 'node:path'
import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import type { Pod } from './pod-object.ts'
import type { Mount } from './sandbox.ts'
import { type Files, readVolume, writeVolume } from './volume.ts'

/** All volumes of a pod, in folders that hold what their objects hold. */
export interface Volumes {
  readonly mounts: readonly Mount[]
  /** Takes over what has changed. @throws Error naming the first that can't be read; the others are taken over */
  refresh(): Promise<void>
}

export function createVolumes(
  { metadata: { namespace }, spec }: Pod,
  folder: string,
  client: KubernetesClient,
): Volumes {
  const [{ volumeMounts = [] }] = spec.containers
  const written = new Map<string, string>()
  const folderOf = (name: string) => path.join(folder, name)

  return {
    mounts: volumeMounts.map(({ name, mountPath, subPath = '' }) => ({
      from: path.join(folderOf(name), subPath),
      at: mountPath,
    })),
    async refresh() {
      const volumes = spec.volumes ?? []
      const read = await Promise.allSettled(
        volumes.map((volume) => readVolume(volume, namespace, client)),
      )
      for (const [index, result] of read.entries()) {
        const name = volumes[index]?.name ?? ''
        if (result.status === 'rejected' || written.get(name) === keyOf(result.value)) continue
        writeVolume(folderOf(name), result.value)
        written.set(name, keyOf(result.value))
      }
      const failed = read.find((result) => result.status === 'rejected')
      if (failed) throw failed.reason
    },
  }
}

const keyOf = (files: Files) =>
  JSON.stringify([...files].map(([name, content]) => [name, content.toString('base64')]))
