import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import { followEndpoints } from './endpoints.ts'
import type { Forwarder } from './forwarder.ts'
import { forwardTcp } from './tcp-forwarder.ts'
import { forwardUdp } from './udp-forwarder.ts'

/** The stand-in of kube-proxy for one Service: what comes to its cluster IP goes to its endpoints. */
export interface KubeProxy {
  /** Addresses that something new may go to. */
  ready(): readonly string[]
  close(): Promise<void>
}

interface Service {
  readonly spec: {
    readonly clusterIP: string
    readonly ports: readonly {
      readonly name?: string
      readonly port: number
      readonly protocol: 'UDP' | 'TCP'
    }[]
  }
}

/** Its cluster IP must be an address of this machine. @throws KubernetesError if there is no such Service */
export async function startKubeProxy(
  client: KubernetesClient,
  namespace: string,
  name: string,
): Promise<KubeProxy> {
  const stopping = new AbortController()
  const { signal } = stopping
  const where = `/api/v1/namespaces/${namespace}/services/${name}`
  const { spec } = await client.request<Service>('GET', where, { signal })
  const endpoints = followEndpoints(client, namespace, name, signal)
  const forwarders: Forwarder[] = []
  for (const { name: portName = '', port, protocol } of spec.ports) {
    const forward = protocol === 'UDP' ? forwardUdp : forwardTcp
    const options = {
      address: spec.clusterIP,
      port,
      next: () => endpoints.next(portName),
      serves: endpoints.serves,
    }
    forwarders.push(await forward(options))
  }
  return {
    ready: endpoints.ready,
    async close() {
      stopping.abort()
      await Promise.all(forwarders.map((forwarder) => forwarder.close()))
      await endpoints.ended
    },
  }
}
