import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Forwarder, ForwarderOptions } from './forwarder.ts'

/** A connection stays where it was opened to, until one of its ends closes it. */
export async function forwardTcp({ address, port, next }: ForwarderOptions): Promise<Forwarder> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const endpoint = next()
    if (!endpoint) {
      client.resetAndDestroy()
      return
    }
    const upstream = connect({ host: endpoint.address, port: endpoint.port, allowHalfOpen: true })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => open.delete(one))
    }
  })
  server.listen(port, address)
  await once(server, 'listening')
  return {
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
