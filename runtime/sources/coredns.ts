import type { KubernetesClient } from '../clients/kubernetes.ts'
import type { Clock } from '../clock.ts'
import { messageOf } from '../errors.ts'
import { corednsChanged, plainEvent } from '../events.ts'
import type { CoreDnsChange } from '../function.ts'
import type { Log } from '../log.ts'
import { createDamping } from './damping.ts'
import { keepTrying } from './kubernetes/keep-trying.ts'
import { listPages } from './kubernetes/list.ts'
import { watchOn } from './kubernetes/watch-on.ts'
import type { Selection } from './kubernetes/which.ts'
import type { Emit, Source } from './source.ts'

export interface CoreDnsSourceOptions {
  readonly client: KubernetesClient
  /** The objects that CoreDNS is made of. */
  readonly objects: {
    readonly namespace: string
    readonly configMaps: readonly string[]
    readonly deployment: string
    readonly secrets: readonly string[]
  }
  /** Whether it was configured by us and is to be kept so. */
  readonly isKept: () => Promise<boolean>
  /** What is not as we made it, once nobody works on it any more. */
  readonly disturbed: (signal: AbortSignal) => Promise<readonly CoreDnsChange[]>
  readonly clock: Clock
  readonly log: Log
}

/** How often it is looked whether there is anything to watch. */
const askAgainMs = 5_000
/** What changes within this time is looked at together: a roll-out changes a Deployment's status often. */
const settleMs = 500
/** Platforms put their own back each minute or each hour, and each mending replaces CoreDNS's pods. */
const patience = { firstMs: 60_000, maxMs: 3_600_000, calmMs: 3_600_000 }

/**
 * Emits `io.k2s.coredns.changed` when CoreDNS's ConfigMaps, Deployment or Secrets are not as we made them any more, as
 * after kubeadm's upgrade. Somebody who puts them back again and again is told, and waits ever longer.
 */
export function corednsSource(options: CoreDnsSourceOptions): Source {
  const { client, isKept, disturbed, clock, log } = options
  const damping = createDamping({ clock, onContested: () => undefined, ...patience })
  const watched = watchedOf(options.objects)

  /** Looks again and again, a moment after something changed. @returns what tells it so */
  function looker(
    emit: Emit,
    signal: AbortSignal,
  ): { readonly note: () => void; done: Promise<void> } {
    let change = Promise.withResolvers<void>()
    async function keepLooking(): Promise<void> {
      while (!signal.aborted) {
        await change.promise
        await clock.sleep(settleMs, signal).catch(() => undefined) // aborted: the loop ends
        change = Promise.withResolvers()
        if (!signal.aborted) await lookOnce(emit, signal)
      }
    }
    signal.addEventListener('abort', () => change.resolve(), { once: true })
    return { note: () => change.resolve(), done: keepLooking() }
  }

  async function lookOnce(emit: Emit, signal: AbortSignal): Promise<void> {
    try {
      const changes = await disturbed(signal)
      if (changes.length === 0) return
      const { waitMs, becameContested } = damping.note('coredns')
      log.warn({ changes, waitMs }, 'somebody else changed what CoreDNS is configured with')
      if (becameContested) {
        log.error(
          { changes },
          'somebody puts CoreDNS’s configuration back again and again, as the add-ons of AKS and EKS and k3s do: ' +
            'use what they leave alone (coredns-custom, the add-on’s own settings), or coredns.mode advise. ' +
            'We mend it ever more seldom',
        )
      }
      await clock.sleep(waitMs, signal)
      await emit(plainEvent(corednsChanged, '/k2s-dns/coredns'))
    } catch (error) {
      if (!signal.aborted) log.error({}, `CoreDNS could not be mended: ${messageOf(error)}`)
    }
  }

  async function follow(
    object: Watched,
    note: () => void,
    onProgress: () => void,
    signal: AbortSignal,
  ) {
    while (!signal.aborted) {
      let version = '0'
      for await (const page of listPages(client, object, signal)) version = page.version
      note()
      for await (const _ of watchOn(client, object, version, onProgress, signal)) note()
    }
  }

  /** Until it is not ours to keep any more. */
  async function whileKept(signal: AbortSignal, end: AbortController): Promise<void> {
    while (!signal.aborted && (await isKept().catch(() => true)))
      await clock.sleep(askAgainMs, signal).catch(() => undefined) // aborted: the loop ends
    end.abort()
  }

  return {
    name: 'coredns',
    async start(emit, signal) {
      while (!signal.aborted) {
        if (await isKept().catch(() => false)) {
          const end = new AbortController()
          const either = AbortSignal.any([signal, end.signal])
          const { note, done } = looker(emit, either)
          const following = watched.map((object) => {
            const trying = { what: object.resource, clock, log, signal: either }
            return keepTrying((onProgress) => follow(object, note, onProgress, either), trying)
          })
          await Promise.all([whileKept(signal, end), done, ...following])
        }
        await clock.sleep(askAgainMs, signal).catch(() => undefined) // aborted: the loop ends
      }
    },
  }
}

interface Watched extends Selection {
  readonly resource: string
}

/** Each object by its name: the rights are for these names only. */
function watchedOf(objects: CoreDnsSourceOptions['objects']): readonly Watched[] {
  const { namespace, configMaps, deployment, secrets } = objects
  const watch = (group: string, resource: string) => (name: string) => ({
    resource,
    path: `${group}/namespaces/${namespace}/${resource}`,
    query: { fieldSelector: `metadata.name=${name}` },
  })
  return [
    ...configMaps.map(watch('/api/v1', 'configmaps')),
    watch('/apis/apps/v1', 'deployments')(deployment),
    ...secrets.map(watch('/api/v1', 'secrets')),
  ]
}
