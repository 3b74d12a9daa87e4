import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { type Stack, startStack } from '../../deploy/local/stack.ts'
import {
  connectKubernetes,
  type KubernetesClient,
  KubernetesError,
} from '../../runtime/clients/kubernetes.ts'
import { systemClock } from '../../runtime/clock.ts'
import type { KubernetesObject } from '../../runtime/kinds.ts'
import { applyManifest, parseManifests } from '../../runtime/manifests.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import type { AnIngress } from './an-ingress.ts'
import { type EtcdKeys, etcdKeys } from './etcd-keys.ts'
import { eventually } from './eventually.ts'
import { type RunningFunctions, runningFunctions } from './functions.ts'
import { type Names, namesIn } from './names.ts'

/** The real servers, k2s-dns at work on them, and what a person does with both. */
export interface World {
  readonly stack: Stack
  readonly functions: RunningFunctions
  /** Of the administrator. */
  readonly client: KubernetesClient
  readonly etcd: EtcdKeys
  /** Writes each ingress as its author does, then its status as its controller does. */
  apply(...ingresses: readonly AnIngress[]): Promise<void>
  /** @param ids `name` or `namespace/name` */
  remove(...ids: readonly string[]): Promise<void>
  /** Removes every ingress and waits for its names to go. */
  clear(): Promise<void>
  /** The ingress as the API server has it now. */
  read(id: string): Promise<KubernetesObject>
  /** What CoreDNS answers: the sorted addresses (A), or why there is none, `ENOTFOUND` for NXDOMAIN. */
  answers(host: string, type?: 'A' | 'AAAA'): Promise<readonly string[] | string>
  /** The names in the record store. */
  names(): Promise<Names>
  /** Resolves once what the API server has now, or something newer, has taken effect. */
  settled(withinMs?: number): Promise<void>
  stop(): Promise<void>
}

export interface WorldOptions {
  readonly zones?: readonly string[]
  /** More flags of `k2s-dns run`. */
  readonly args?: readonly string[]
  /** Whether k2s-dns is started; default true. */
  readonly started?: boolean
}

const instance = 'k2s-dns'
const ingresses = '/apis/networking.k8s.io/v1'
const manifests = path.join(import.meta.dirname, '..', '..', 'deploy', 'kubernetes')

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { zones = ['cluster.local'], args = [], started = true } = options
  const stack = await startStack({ servers: await realServers(), zones })
  try {
    const client = connectKubernetes(stack.apiserver.adminKubeconfig, systemClock)
    await grantRights(client)
    const functions = runningFunctions(stack, { zones, args })
    if (started) await functions.start()
    return worldOf(stack, functions, client)
  } catch (error) {
    await stack.stop()
    throw error
  }
}

/** What a file of `deploy/kubernetes` grants to k2s-dns. */
export async function grantRights(client: KubernetesClient, name = 'rbac.yaml'): Promise<void> {
  const file = path.join(manifests, name)
  for (const manifest of parseManifests(await readFile(file, 'utf8'), file)) {
    await applyManifest(client, manifest, patience())
  }
}

/** How long one request of a test may take. */
export const patience = () => AbortSignal.timeout(20_000)

function worldOf(stack: Stack, functions: RunningFunctions, client: KubernetesClient): World {
  const etcd = etcdKeys(stack.etcd.endpoint)
  const namespaces = new Set(['default'])
  const { address, port } = stack.coredns

  async function ensureNamespace(name: string): Promise<void> {
    if (namespaces.has(name)) return
    const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    await applyManifest(client, manifest, patience())
    namespaces.add(name)
  }

  const list = async () => {
    const where = `${ingresses}/ingresses`
    const asked = { signal: patience() }
    const { items } = await client.request<{ items: KubernetesObject[] }>('GET', where, asked)
    return new Map(items.map((item) => [`${item.metadata.namespace}/${item.metadata.name}`, item]))
  }

  const world: World = {
    stack,
    functions,
    client,
    etcd,
    async apply(...wanted) {
      for (const { name, namespace, spec, status } of wanted) {
        await ensureNamespace(namespace)
        const metadata = { name, namespace }
        const manifest = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec }
        await applyManifest(client, manifest, patience())
        if (!status) continue
        await client.request('PATCH', `${pathOf(`${namespace}/${name}`)}/status`, {
          contentType: 'application/merge-patch+json',
          body: { status },
          signal: patience(),
        })
      }
    },
    async remove(...ids) {
      for (const id of ids) {
        await client.request('DELETE', pathOf(id), { signal: patience() }).catch(unlessGone)
      }
    },
    async clear() {
      await world.remove(...(await list()).keys())
      await world.settled()
    },
    read: (id) => client.request('GET', pathOf(id), { signal: patience() }),
    async answers(host, type = 'A') {
      const resolver = new Resolver({ timeout: 2_000, tries: 1 })
      resolver.setServers([`${address}:${port}`])
      try {
        return (await resolver.resolve(host, type)).sort()
      } catch (error) {
        return String((error as NodeJS.ErrnoException).code)
      }
    },
    names: () => namesIn(etcd),
    settled: (withinMs = 10_000) =>
      eventually(async () => assert.equal(notYet(await list(), await etcd.all(owners)), []), {
        withinMs,
      }),
    stop: () => stack.stop(),
  }
  return world
}

const owners = `/k2s-dns/${instance}/owners/ingress/`

/** Objects whose present version has not taken effect, and objects that went and are still remembered. */
function notYet(
  objects: ReadonlyMap<string, KubernetesObject>,
  documents: Readonly<Record<string, string>>,
): string[] {
  const remembered = new Map(
    Object.entries(documents).map(([key, value]) => [
      key.slice(owners.length),
      JSON.parse(value) as { uid: string; version: string; gone?: boolean },
    ]),
  )
  const behind = [...objects].filter(([id, { metadata }]) => {
    const document = remembered.get(id)
    return !(
      document?.uid === metadata.uid && BigInt(document.version) >= BigInt(metadata.resourceVersion)
    )
  })
  const left = [...remembered].filter(([id, { gone }]) => !gone && !objects.has(id))
  return [...behind, ...left].map(([id]) => id)
}

function pathOf(id: string): string {
  const [namespace, name] = id.includes('/') ? id.split('/') : ['default', id]
  return `${ingresses}/namespaces/${namespace}/ingresses/${name}`
}

function unlessGone(error: unknown): void {
  if (!(error instanceof KubernetesError && error.status === 404)) throw error
}
