import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureServers } from '../deploy/local/build.ts'
import { terminalProgress } from '../deploy/local/progress.ts'
import { type Stack, startStack } from '../deploy/local/stack.ts'
import { connectKubernetes, type KubernetesClient } from '../runtime/clients/kubernetes.ts'
import { systemClock } from '../runtime/clock.ts'
import { applyManifest, parseManifests } from '../runtime/manifests.ts'

/** The real servers, with what a benchmark does to them. */
export interface BenchWorld extends AsyncDisposable {
  readonly stack: Stack
  /** Of the administrator. */
  readonly client: KubernetesClient
  createIngress(name: string, host: string, address?: string): Promise<void>
  /** Writes the status, as an ingress controller does. */
  writeStatus(name: string, address: string): Promise<void>
  deleteIngress(name: string): Promise<void>
}

const ingresses = '/apis/networking.k8s.io/v1/namespaces/default/ingresses'

export async function startBenchWorld(zones: readonly string[]): Promise<BenchWorld> {
  const { signal } = new AbortController()
  const progress = terminalProgress(process.stderr)
  const servers = await ensureServers({ env: process.env, progress, signal })
  const stack = await startStack({ servers, zones })
  const client = connectKubernetes(stack.apiserver.adminKubeconfig, systemClock)
  await grantRights(client, signal)

  const world: BenchWorld = {
    stack,
    client,
    async createIngress(name, host, address) {
      const body = {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name },
        spec: { defaultBackend: { service: { name, port: { number: 80 } } }, rules: [{ host }] },
      }
      await client.request('POST', ingresses, { body, signal })
      if (address) await world.writeStatus(name, address)
    },
    async writeStatus(name, address) {
      const body = { status: { loadBalancer: { ingress: [{ ip: address }] } } }
      const contentType = 'application/merge-patch+json'
      await client.request('PATCH', `${ingresses}/${name}/status`, { body, contentType, signal })
    },
    async deleteIngress(name) {
      await client.request('DELETE', `${ingresses}/${name}`, { signal })
    },
    [Symbol.asyncDispose]: stack.stop,
  }
  return world
}

async function grantRights(client: KubernetesClient, signal: AbortSignal): Promise<void> {
  const file = join(import.meta.dirname, '..', 'deploy', 'kubernetes', 'rbac.yaml')
  for (const manifest of parseManifests(await readFile(file, 'utf8'), file)) {
    await applyManifest(client, manifest, signal)
  }
}

/** Runs the work for 0 to n - 1, so many at once. */
export async function inParallel(
  n: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
) {
  let next = 0
  const worker = async () => {
    while (next < n) await work(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
