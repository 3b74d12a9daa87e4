import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Endpoint } from './endpoints.ts'
import type { Forwarder, ForwarderOptions } from './forwarder.ts'

/** One client's address and port, and whom its packets go to. */
interface Flow {
  readonly endpoint: Endpoint
  readonly socket: Socket
  idle: NodeJS.Timeout
}

/**
 * conntrack has 30 s for whoever asks once and is answered. Shorter here, since one test asks for a whole cluster, with
 * one address, and so from the same port again soon: that question would go to where the first one went, be it about
 * to end.
 */
const idleMs = 1_000

/** As conntrack has it: a flow stays where it is until it is idle, or until its endpoint serves no more. */
export async function forwardUdp({
  address,
  port,
  next,
  serves,
}: ForwarderOptions): Promise<Forwarder> {
  const server = createSocket('udp4')
  const flows = new Map<string, Flow>()

  function end(key: string): void {
    const flow = flows.get(key)
    if (!flow) return
    clearTimeout(flow.idle)
    flow.socket.close()
    flows.delete(key)
  }

  function begin(key: string, client: Endpoint): Flow | undefined {
    const endpoint = next()
    if (!endpoint) return undefined // as if the packet was lost
    const socket = createSocket('udp4')
    socket.on('message', (answer) => server.send(answer, client.port, client.address))
    socket.on('error', () => end(key))
    const flow = { endpoint, socket, idle: setTimeout(() => end(key), idleMs) }
    flows.set(key, flow)
    return flow
  }

  server.on('message', (question, client) => {
    const key = `${client.address}:${client.port}`
    const known = flows.get(key)
    if (known && !serves(known.endpoint)) end(key)
    const flow = flows.get(key) ?? begin(key, client)
    if (!flow) return
    flow.idle.refresh()
    flow.socket.send(question, flow.endpoint.port, flow.endpoint.address)
  })
  server.bind(port, address)
  await once(server, 'listening')
  return {
    async close() {
      for (const key of flows.keys()) end(key)
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
