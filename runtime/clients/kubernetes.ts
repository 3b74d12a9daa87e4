import * as http from 'node:http'
import * as https from 'node:https'
import type { Clock } from '../clock.ts'
import { messageOf, RetryLater } from '../errors.ts'
import { type Access, readKubeconfig } from './kubeconfig.ts'

/** Plain HTTP to the API server, authenticated in any way that a kubeconfig or a pod offers. */
export interface KubernetesClient {
  /** @returns the parsed JSON body of a 2xx answer. Throws as {@link KubernetesClient.open} does. */
  request<T>(method: Method, path: string, options: RequestOptions): Promise<T>
  /**
   * Opens an answer as a stream; destroy it when done.
   * @throws KubernetesError for an answer that is not 2xx, RetryLater if there was none in time
   */
  open(method: Method, path: string, options: RequestOptions): Promise<http.IncomingMessage>
  /** Base URL of the API server. */
  server(): Promise<string>
}

/** The moment as V1MicroTime: the API server takes six digits of a second and no other number of them. */
export const microTime = (date: Date): string => date.toISOString().replace(/Z$/, '000Z')

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Of the body; default `application/json`. */
  readonly contentType?: string
  /** Of silence, before the answer and within it; default 10,000. */
  readonly timeoutMs?: number
  readonly signal: AbortSignal
}

/** An answer that is not 2xx; `status` tells 401, 403, 404, 409 and 410 apart. */
export class KubernetesError extends RetryLater {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Whether the API server says that there is no such object, or no such kind. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof KubernetesError && error.status === 404

interface Session {
  readonly access: Access
  readonly agent: http.Agent
  readonly since: number
}

/** Credentials are read again this often (a pod's token lives an hour), and after a 401 at once … */
const sessionMs = 600_000
/** … and this often while nothing answers: a client certificate that ran out is refused without a word. */
const failingSessionMs = 10_000
const maxBodyBytes = 256 * 1024 * 1024

/** @param kubeconfig a file; see {@link readKubeconfig} */
export function connectKubernetes(kubeconfig: string | undefined, clock: Clock): KubernetesClient {
  let session = openSession()
  let failing = false
  session.catch(() => undefined) // begun early, told to whoever asks

  async function current(): Promise<Session> {
    const asked = session
    const known = await asked.catch(() => undefined)
    const maxAgeMs = failing ? failingSessionMs : sessionMs
    if (known && clock.now() - known.since < maxAgeMs) return known
    if (session === asked) session = openSession(known).catch((error) => keepOr(error, known))
    return session
  }

  /** What worked until now is used on while the kubeconfig can't be read. */
  function keepOr(error: unknown, known: Session | undefined): Session {
    if (!known || failing) throw error
    return { ...known, since: clock.now() }
  }

  /** Connections live on if nothing that they depend on has changed. */
  async function openSession(old?: Session): Promise<Session> {
    const access = await readKubeconfig(kubeconfig)
    const same = old && connection(old.access) === connection(access)
    return { access, agent: same ? old.agent : newAgent(access), since: clock.now() }
  }

  async function ask(...request: Parameters<typeof exchange>) {
    try {
      const answer = await exchange(...request)
      failing = false
      return answer
    } catch (error) {
      failing = true
      throw error
    }
  }

  async function open(method: Method, path: string, options: RequestOptions) {
    const known = await current()
    let answer = await ask(known, method, path, options)
    if (answer.statusCode === 401) {
      answer.resume()
      session = openSession(known)
      answer = await ask(await session, method, path, options)
    }
    const status = answer.statusCode ?? 0
    if (status >= 200 && status < 300) return answer
    throw refusal(status, `${method} ${path}`, await text(answer))
  }

  return {
    open,
    server: async () => (await current()).access.server,
    async request<T>(method: Method, path: string, options: RequestOptions) {
      const body = await text(await open(method, path, options))
      return JSON.parse(body) as T // the caller names the type that the API documents for the path
    },
  }
}

const connection = ({ server, tls, proxyUrl }: Access) => JSON.stringify([server, tls, proxyUrl])

function newAgent({ server, tls, proxyUrl }: Access): http.Agent {
  const options = {
    keepAlive: true,
    ...(proxyUrl && { proxyEnv: { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl } }),
  }
  return server.startsWith('http:')
    ? new http.Agent(options)
    : new https.Agent({ ...options, ...tls })
}

function exchange(
  { access: { server, headers, auth }, agent }: Session,
  method: Method,
  path: string,
  { query, body, contentType = 'application/json', timeoutMs = 10_000, signal }: RequestOptions,
): Promise<http.IncomingMessage> {
  const url = new URL(`${server}${path}`)
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
  const { request } = url.protocol === 'http:' ? http : https
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method,
      agent,
      signal,
      timeout: timeoutMs,
      ...(auth !== undefined && { auth }),
      headers: {
        accept: 'application/json',
        ...headers,
        // said, since Node sends a DELETE's body without it and the server then ignores the body
        ...(payload && { 'content-type': contentType, 'content-length': payload.length }),
      },
    })
    asked.setSocketKeepAlive(true, 10_000)
    asked.on('response', resolve)
    asked.on('timeout', () => asked.destroy(new Error(`silent for ${timeoutMs} ms`)))
    asked.on('error', (error) =>
      reject(
        new RetryLater(
          `the API server ${server} did not answer ${method} ${path}: ${error.message}`,
          {
            cause: error,
          },
        ),
      ),
    )
    asked.end(payload)
  })
}

async function text(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      // no encoding is set: buffers
      bytes += chunk.length
      if (bytes > maxBodyBytes) throw new Error(`more than ${maxBodyBytes} bytes`)
      chunks.push(chunk)
    }
  } catch (error) {
    answer.destroy()
    throw new RetryLater(`the API server's answer broke off: ${messageOf(error)}`, { cause: error })
  }
  return Buffer.concat(chunks).toString()
}

function refusal(status: number, asked: string, body: string): KubernetesError {
  const remedy =
    status === 401
      ? '. Its credentials are not taken: renew the kubeconfig'
      : status === 403
        ? '. Grant the rights of deploy/kubernetes'
        : ''
  return new KubernetesError(status, `${asked}: ${status} ${statusMessage(body)}${remedy}`)
}

/** The API server explains itself in a Status object; a proxy before it may answer anything. */
function statusMessage(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown } // checked on the next line
    return typeof message === 'string' ? message : body.slice(0, 200)
  } catch {
    return body.slice(0, 200)
  }
}
