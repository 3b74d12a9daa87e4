import path from 'node:path'
import { lastLines } from '../../../deploy/local/last-lines.ts'
import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import type { DnsServer } from '../../support/dns-question.ts'
import { patience } from '../world.ts'
import type { Pod } from './pod-object.ts'

/** A pod of CoreDNS as the API server has it. */
export interface CoreDnsPod extends DnsServer {
  readonly name: string
  /** For new questions: ready and not about to end. */
  readonly ready: boolean
  readonly object: Pod
}

/** What selects them, here and in the Service. */
export const coreDnsPods = {
  path: '/api/v1/namespaces/kube-system/pods',
  query: { labelSelector: 'k8s-app=kube-dns' },
}

export async function listCoreDnsPods(client: KubernetesClient): Promise<readonly CoreDnsPod[]> {
  const { path, query } = coreDnsPods
  const asked = { query, signal: patience() }
  const { items } = await client.request<{ items: Pod[] }>('GET', path, asked)
  return items.map((object) => ({
    name: object.metadata.name,
    address: object.status?.podIP ?? '',
    port: 53,
    ready: isReady(object),
    object,
  }))
}

const isReady = ({ metadata, status }: Pod): boolean =>
  !metadata.deletionTimestamp &&
  (status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false)

/** Each with the end of its log, for whoever wonders why it isn't ready. */
export const describePods = (pods: readonly CoreDnsPod[], directory: string): string =>
  pods
    .map(({ name, object: { status } }) => {
      const log = lastLines(path.join(directory, `${name}.log`))
      return `${name}: ${JSON.stringify(status?.containerStatuses?.[0]?.state ?? status)}\n${log}`
    })
    .join('\n')
