import { setTimeout as delay } from 'node:timers/promises'
import { type KubernetesClient, KubernetesError } from '../../../runtime/clients/kubernetes.ts'
import { RetryLater } from '../../../runtime/errors.ts'
import { coreDnsPods } from './coredns-pods.ts'
import { follow } from './follow.ts'
import { type RunningPod, runPod, type Surroundings } from './pod.ts'
import type { Pod } from './pod-object.ts'

/** The stand-in of kubelet and kube-scheduler: the one node of a cluster, which runs CoreDNS's pods. */
export interface Kubelet {
  /** Ends all pods at once, and tells nobody. */
  stop(): Promise<void>
}

const nodeName = 'node'
const againMs = 100

export async function startKubelet(surroundings: Surroundings): Promise<Kubelet> {
  const { client } = surroundings
  const stopping = new AbortController()
  const { signal } = stopping
  const running = new Map<string, RunningPod>()
  const leaving = new Map<string, Promise<void>>()
  await addNode(client, signal)

  function look(all: readonly Pod[]): void {
    for (const pod of all) {
      const { uid, deletionTimestamp } = pod.metadata
      if (deletionTimestamp) leave(pod)
      else if (!pod.spec.nodeName) void bind(client, pod, signal)
      else if (pod.spec.nodeName === nodeName && !running.has(uid))
        running.set(uid, runPod(pod, surroundings))
    }
    const known = new Set(all.map(({ metadata }) => metadata.uid))
    for (const [uid, pod] of running) if (!known.has(uid)) void pod.end(0)
  }

  /** Its container has the grace that whoever deleted the pod gave; then the object goes. */
  function leave(pod: Pod): void {
    const { uid, deletionGracePeriodSeconds = 30 } = pod.metadata
    if (leaving.has(uid)) return
    const ended = running.get(uid)?.end(deletionGracePeriodSeconds * 1_000) ?? Promise.resolve()
    leaving.set(
      uid,
      ended.then(() => removeObject(client, pod, signal)),
    )
  }

  const following = follow<Pod>(client, coreDnsPods, look, signal)
  return {
    async stop() {
      stopping.abort()
      await following
      await Promise.all([...running.values()].map((pod) => pod.end(0)))
      await Promise.all(leaving.values())
    },
  }
}

/** Without a Node object the garbage collector of pods would remove what runs on it. */
const addNode = (client: KubernetesClient, signal: AbortSignal) =>
  client.request('POST', '/api/v1/nodes', {
    body: { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName } },
    signal,
  })

function bind(client: KubernetesClient, { metadata }: Pod, signal: AbortSignal): Promise<void> {
  const { name } = metadata
  const target = { apiVersion: 'v1', kind: 'Node', name: nodeName }
  const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target }
  return insist(
    () => client.request('POST', `${coreDnsPods.path}/${name}/binding`, { body, signal }),
    signal,
  )
}

function removeObject(client: KubernetesClient, { metadata }: Pod, signal: AbortSignal) {
  const { name, uid } = metadata
  const body = { gracePeriodSeconds: 0, preconditions: { uid } }
  return insist(
    () => client.request('DELETE', `${coreDnsPods.path}/${name}`, { body, signal }),
    signal,
  )
}

/** Until the API server has done it, or says that it is done already: bound (409), gone (404), another's name (409). */
async function insist(ask: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await ask()
      return
    } catch (error) {
      if (error instanceof KubernetesError && [404, 409].includes(error.status)) return
      if (!(error instanceof RetryLater)) throw error
    }
    await delay(againMs, undefined, { signal }).catch(() => undefined)
  }
}
