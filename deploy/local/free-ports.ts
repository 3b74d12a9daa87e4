import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { ServerFailed } from './server-process.ts'

export const loopback = '127.0.0.1'

/** Until one of them is taken, which may be at once: see {@link retryOnTakenPort}. */
export async function freePorts(count: number): Promise<number[]> {
  const reserved = await Promise.all(Array.from({ length: count }, reserveTcp))
  await Promise.all(reserved.map(({ release }) => release()))
  return reserved.map(({ port }) => port)
}

/** Free for TCP and for UDP, as DNS needs it. */
export async function freeDnsPort(): Promise<number> {
  for (;;) {
    const { port, release } = await reserveTcp()
    const isFree = await bindsUdp(port)
    await release()
    if (isFree) return port
  }
}

/**
 * Starts a server on ports that were free a moment ago, and again on others if someone took them.
 * @throws what the last of three attempts throws
 */
export async function retryOnTakenPort<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start()
    } catch (error) {
      const taken =
        error instanceof ServerFailed && error.message.includes('address already in use')
      if (!taken || attempt === 3) throw error
    }
  }
}

async function reserveTcp() {
  const server = createServer()
  server.listen(0, loopback)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  const release = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { port, release }
}

async function bindsUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  try {
    socket.bind(port, loopback)
    await once(socket, 'listening')
    return true
  } catch {
    return false
  } finally {
    socket.close()
  }
}
