import { rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Supervisor } from '../../../deploy/local/supervisor.ts'
import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import { messageOf } from '../../../runtime/errors.ts'
import { type RunningContainer, runContainer } from './container.ts'
import type { Network } from './network.ts'
import type { Pod } from './pod-object.ts'
import { readinessOf } from './readiness.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { serviceAccount } from './service-account.ts'
import { statusOf } from './status.ts'
import { createVolumes } from './volumes.ts'

/** How soon kubelet's stand-in does what kubelet does in 10 s, 60 s and 10 s. */
export interface Timing {
  /** Between two readiness probes. */
  readonly probeMs: number
  /** Between two looks at the ConfigMaps and Secrets that are mounted. */
  readonly syncMs: number
  /** From a container's first end to its next start. */
  readonly restartMs: number
}

export interface Surroundings {
  readonly supervisor: Supervisor
  readonly network: Network
  readonly client: KubernetesClient
  /** What `/coredns` of the image is. */
  readonly program: string
  /** Of the API server, for the service account. */
  readonly ca: string
  readonly timing: Timing
}

export interface RunningPod {
  /** Resolves once nothing of it is left on this machine. May be called twice. */
  end(graceMs: number): Promise<void>
}

const requestMs = 2_000

/** Runs a pod that is bound to the node, and writes into its status how it is. */
export function runPod(pod: Pod, surroundings: Surroundings): RunningPod {
  const { supervisor, network, client, program, timing } = surroundings
  const { name, namespace } = pod.metadata
  const [spec] = pod.spec.containers
  const folder = path.join(supervisor.directory, 'pods', `${name}-${pod.metadata.uid}`)
  const volumes = createVolumes(pod, path.join(folder, 'volumes'), client)
  const ending = new AbortController()
  const { signal } = ending
  const readiness = readinessOf(spec)
  let sandbox: Sandbox | undefined
  let container: RunningContainer | undefined
  let wrong = ''
  let published = ''

  /** Its volumes come first, as long as it takes. */
  async function start(): Promise<void> {
    if (pod.spec.hostNetwork) throw new Error('pods in the network of the node are not run here')
    const account = await serviceAccount(pod, surroundings, path.join(folder, 'service-account'))
    await volumes.refresh()
    const mounts = [account, ...volumes.mounts]
    const options = { name, folder: path.join(folder, 'root'), program, mounts }
    sandbox = await createSandbox(options, { supervisor, network })
    const env = Object.fromEntries(spec.env?.map(({ name, value = '' }) => [name, value]) ?? [])
    container = runContainer(
      {
        name,
        ...sandbox.enter(spec.args ?? []),
        env: { KUBERNETES_SERVICE_HOST: network.api, KUBERNETES_SERVICE_PORT: '443', ...env },
      },
      { supervisor, restartMs: timing.restartMs },
    )
  }

  async function isReady(): Promise<boolean> {
    if (sandbox && container?.state.is === 'running') return readiness.ask(sandbox.address)
    readiness.reset()
    return false
  }

  async function publish(): Promise<void> {
    const ready = await isReady()
    const facts = { node: network.node, address: sandbox?.address, container, ready, wrong }
    const { status, key } = statusOf(pod, facts)
    if (signal.aborted || key === published) return
    await client.request('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, {
      contentType: 'application/merge-patch+json',
      body: { metadata: { uid: pod.metadata.uid }, status },
      timeoutMs: requestMs,
      signal,
    })
    published = key
  }

  async function run(): Promise<void> {
    let syncedAt = performance.now()
    while (!signal.aborted) {
      try {
        if (!container) await start()
        wrong = ''
        if (performance.now() - syncedAt > timing.syncMs) {
          syncedAt = performance.now()
          await volumes.refresh()
        }
      } catch (error) {
        wrong = messageOf(error) // what was mounted stays; what is missing is looked for again
      }
      await publish().catch(() => undefined) // the next round tries again
      await delay(timing.probeMs, undefined, { signal }).catch(() => undefined)
    }
  }
  const running = run()

  async function end(graceMs: number): Promise<void> {
    ending.abort()
    await running
    const sleepMs = Math.min((spec.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1_000, graceMs)
    await delay(sleepMs)
    await container?.stop(graceMs - sleepMs)
    await sandbox?.remove()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  let ended: Promise<void> | undefined

  return { end: (graceMs) => (ended ??= end(graceMs)) }
}
