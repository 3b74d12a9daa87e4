import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ServerOptions } from '../../../runtime/server/options.ts'
import { type Address, createServer, type HttpServer } from '../../../runtime/server/server.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Served {
  readonly server: HttpServer
  readonly address: Address
  /** What was logged: `level message`, then the fields. */
  readonly logged: readonly (readonly [string, Record<string, unknown>])[]
  /** `POST /path`; each request has a connection of its own. */
  ask(line: string, headers?: OutgoingHttpHeaders, body?: string | Buffer): Promise<Answer>
  /** Sends the least event in binary mode. */
  post(path?: string, headers?: OutgoingHttpHeaders, body?: string | Buffer): Promise<Answer>
}

export const eventHeaders = {
  'ce-specversion': '1.0',
  'ce-id': '1',
  'ce-source': '/s',
  'ce-type': 'io.k2s.test',
}

/** Runs a real server on a port of the system's choice for as long as `use` takes. */
export async function served(
  options: Partial<ServerOptions>,
  use: (served: Served) => Promise<void>,
): Promise<void> {
  const logged: [string, Record<string, unknown>][] = []
  const note = (level: string) => (fields: object, message: string) => {
    logged.push([`${level} ${message}`, { ...fields }])
  }
  const server = createServer({
    host: '127.0.0.1',
    port: 0,
    dispatch: async () => [{ function: 'on-test', answer: {} }],
    functionNames: ['on-test', 'on-other'],
    readiness: async () => ({ ready: true, reasons: [] }),
    metrics: async () => ({
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      text: 'm 1\n',
    }),
    log: { info: note('info'), warn: note('warn'), error: note('error') },
    closeWithinMs: 100,
    ...options,
  })
  const address = await server.start(new AbortController().signal)
  const ask: Served['ask'] = (line, headers = {}, body = '') => send(address, line, headers, body)
  const post: Served['post'] = (path = '/', headers = {}, body = '') =>
    ask(`POST ${path}`, { ...eventHeaders, ...headers }, body)
  try {
    await use({ server, address, logged, ask, post })
  } finally {
    await server.close()
  }
}

export async function send(
  { host, port }: Address,
  line: string,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): Promise<Answer> {
  const [method, path] = line.split(' ')
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const outgoing = request({ host, port, method, path, headers, agent: false })
  outgoing.on('error', reject)
  outgoing.on('response', (incoming) => {
    const { statusCode: status = 0, headers: answered } = incoming
    text(incoming).then((read) => resolve({ status, headers: answered, body: read }), reject)
  })
  outgoing.end(body)
  return promise
}
