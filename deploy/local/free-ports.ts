import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { ServerFailed } from './server-process.ts'

export const loopback = '127.0.0.1'

/**
 * Below those that systems give to clients (Linux: from 32768 on), so that no question of a test takes one, and below
 * Kubernetes's node ports.
 */
const range = { from: 20_000, to: 30_000 }

/** Free for TCP and for UDP, as DNS needs it, until one of them is taken, which may be at once: see {@link retryOnTakenPort}. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(range.from, range.to)
    if ((await bindsTcp(port)) && (await bindsUdp(port))) ports.add(port)
  }
  return [...ports]
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

async function bindsTcp(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, loopback)
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
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
