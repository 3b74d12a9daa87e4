import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to an etcd on which what is sent can be kept for a while, as a network does. */
export interface HeldConnections {
  readonly endpoint: string
  /** From now on nothing arrives any more; what comes back does. */
  hold(): void
  /** What was sent meanwhile arrives, in its order. */
  release(): void
  /** Whether a text is in what is held. */
  holds(text: string): boolean
  /** Bytes that have come back. */
  readonly answered: number
  close(): Promise<void>
}

export async function holdable(endpoint: string): Promise<HeldConnections> {
  const { hostname, port } = new URL(endpoint)
  const sockets = new Set<Socket>()
  const held: { readonly chunk: Buffer; readonly to: Socket }[] = []
  let holding = false
  let answered = 0

  const server = createServer((client) => {
    const etcd = connect(Number(port), hostname)
    client.on('data', (chunk) => {
      if (holding) held.push({ chunk, to: etcd })
      else etcd.write(chunk)
    })
    etcd.on('data', (chunk) => {
      answered += chunk.length
      client.write(chunk)
    })
    for (const [one, other] of [
      [client, etcd],
      [etcd, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined) // it closes then
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo // it listens on TCP

  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    hold() {
      holding = true
    },
    release() {
      holding = false
      for (const { chunk, to } of held.splice(0)) to.write(chunk)
    },
    holds: (text) => Buffer.concat(held.map(({ chunk }) => chunk)).includes(text),
    get answered() {
      return answered
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
