import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A reverse proxy before an API server, which can be told to misbehave. */
export interface ApiProxy {
  /** A file: as the one it was made from, but by way of the proxy. */
  readonly kubeconfig: string
  /** What becomes of each request; default: it is passed on. May be set at any time. */
  meddle: Meddle
  /** Lets go of all that was held. */
  release(): void
  close(): Promise<void>
}

/**
 * @param url path and query
 * @returns `pass`: on it goes. `hold`: the answer's head is passed on, its body is kept until `release`.
 * `cut`: the connection breaks in the middle of the answer. Or see {@link Instead}: a URL is asked instead, a status is answered.
 */
export type Meddle = (url: string, method: string) => 'pass' | 'hold' | 'cut' | Instead

export type Instead =
  | { readonly url: string }
  | { readonly status: number; readonly body: string }
  /** It is done; who asked never hears of it. */
  | { readonly done: () => void }

interface Kubeconfig {
  readonly clusters: {
    readonly cluster: {
      server: string
      'certificate-authority-data'?: string
      'insecure-skip-tls-verify'?: boolean
    }
  }[]
}

/** @param kubeconfig as deploy/local writes it */
export async function startProxy(kubeconfig: string): Promise<ApiProxy> {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig
  const [{ cluster } = { cluster: { server: '' } }] = config.clusters
  const { server: upstream, 'certificate-authority-data': authority = '' } = cluster
  const agent = new Agent({ ca: Buffer.from(authority, 'base64') })
  const held = new Set<() => void>()

  const server = createServer((asked, answer) => {
    const { method = 'GET' } = asked
    const decided = proxy.meddle(asked.url ?? '', method)
    if (typeof decided === 'object' && 'status' in decided) {
      answer.writeHead(decided.status, { 'content-type': 'application/json' }).end(decided.body)
      return
    }
    const url = typeof decided === 'object' && 'url' in decided ? decided.url : (asked.url ?? '')
    const headers = { ...asked.headers, host: new URL(upstream).host }
    const forwarded = httpsRequest(`${upstream}${url}`, { agent, method, headers }, (given) => {
      if (typeof decided === 'object' && 'done' in decided) {
        given.resume()
        decided.done()
        return
      }
      answer.writeHead(given.statusCode ?? 502, given.headers)
      answer.flushHeaders() // a watch has begun though nothing happens
      given.on('error', () => answer.destroy())
      if (decided === 'cut') void cut(given, answer)
      else if (decided === 'hold') held.add(() => given.pipe(answer))
      else given.pipe(answer)
    })
    forwarded.on('error', () => answer.destroy())
    answer.on('close', () => forwarded.destroy())
    asked.pipe(forwarded)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  cluster.server = `http://127.0.0.1:${port}`
  delete cluster['certificate-authority-data']
  cluster['insecure-skip-tls-verify'] = true // else client-node takes no http:
  const file = kubeconfig.replace(/\.kubeconfig$/, `-${port}.kubeconfig`)
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 })

  const proxy: ApiProxy = {
    kubeconfig: file,
    meddle: () => 'pass',
    release() {
      for (const each of held) each()
      held.clear()
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      agent.destroy()
      await closed
    },
  }
  return proxy
}

/** Half of the body, and then nothing any more. */
async function cut(given: IncomingMessage, answer: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of given as AsyncIterable<Buffer>) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  answer.write(body.subarray(0, body.length / 2), () => answer.destroy())
}
