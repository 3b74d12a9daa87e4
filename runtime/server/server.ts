import { once } from 'node:events'
import { createServer as createHttpServer, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { RetryLater } from '../errors.ts'
import { createApp } from './app.ts'
import type { ServerOptions } from './options.ts'

export type { Log, Readiness, ServerOptions } from './options.ts'

export interface HttpServer {
  /** @throws Error before `start` and after `close` */
  readonly address: Address
  /**
   * Resolves once connections are accepted, to be called once. The signal's abort closes the
   * server.
   * @throws Error if the address can't be had, or the signal is aborted
   */
  start(signal: AbortSignal): Promise<Address>
  /**
   * Takes no more connections, waits up to `closeWithinMs` for events to take effect, answers 503
   * to the senders of the others, and resolves when no connection is left. May be called at any
   * time, and again.
   */
  close(): Promise<void>
}

export interface Address {
  readonly host: string
  readonly port: number
}

/** Time for the last answers to leave before connections are cut. */
const lastAnswersWithinMs = 250

/** The HTTP door: takes events, tells health, readiness and metrics. */
export function createServer(options: ServerOptions): HttpServer {
  const { host, port, log, receiveWithinMs = 10_000, closeWithinMs = 5_000 } = options
  const impatience = new AbortController()
  const answering = new Set<ServerResponse>()
  let closed: Promise<void> | undefined

  const server = createHttpServer(
    {
      headersTimeout: Math.min(5_000, receiveWithinMs),
      requestTimeout: receiveWithinMs,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: Math.min(1_000, receiveWithinMs),
    },
    createApp(options, impatience.signal),
  )
  server.prependListener('request', (_, response) => {
    answering.add(response)
    response.once('close', () => answering.delete(response))
    if (closed) lastOfConnection(response)
  })

  return {
    get address() {
      return addressNow()
    },
    start,
    close,
  }

  async function start(signal: AbortSignal): Promise<Address> {
    signal.throwIfAborted()
    if (closed) throw new Error('the HTTP server was closed: make a new one')
    server.listen(port, host)
    try {
      await once(server, 'listening')
    } catch (cause) {
      throw new Error(`cannot listen on ${host}:${port}: set http.port to a free one`, { cause })
    }
    server.on('error', (err) => log.error({ err }, 'the HTTP server has trouble'))
    signal.addEventListener('abort', () => void close(), { once: true })
    if (signal.aborted) await close()
    signal.throwIfAborted()
    log.info(addressNow(), 'HTTP server listens')
    return addressNow()
  }

  function addressNow(): Address {
    const address = server.address()
    if (address === null || typeof address === 'string')
      throw new Error('the server is not started')
    return { host: address.address, port: address.port }
  }

  function close(): Promise<void> {
    closed ??= end()
    return closed
  }

  async function end(): Promise<void> {
    const ended = once(server, 'close')
    server.close()
    answering.forEach(lastOfConnection)
    const done = new AbortController()
    const cutting = cut(done.signal)
    await ended
    done.abort()
    await cutting
  }

  /** Ends what has not ended by itself. */
  async function cut(done: AbortSignal): Promise<void> {
    try {
      await delay(closeWithinMs, undefined, { signal: done })
      impatience.abort(new RetryLater('k2s-dns is stopping: send it again'))
      await delay(lastAnswersWithinMs, undefined, { signal: done })
      server.closeAllConnections()
    } catch (error) {
      if (!done.aborted) throw error
    }
  }
}

function lastOfConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close')
}
