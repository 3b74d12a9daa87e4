import { PassThrough } from 'node:stream'
import { type KubernetesClient, KubernetesError } from '../../../runtime/clients/kubernetes.ts'

/** What an API server does for single Secrets: test/end-to-end asks a real one. */
export interface SecretsModel {
  readonly client: KubernetesClient
  /** Versions that watches began at. */
  readonly watchedFrom: string[]
  lists: number
  /** @param texts undefined: there is no such Secret any more */
  put(place: string, texts: Readonly<Record<string, string>> | undefined): void
  /** Without a word to the watches. */
  putUnseen(place: string, texts: Readonly<Record<string, string>>): void
  /** Ends all watches, by an ERROR frame if a code is given. */
  endWatches(code?: number): void
  /** Answers nothing but this status from now on; `undefined`: as usual. */
  status: number | undefined
}

export function secretsModel(): SecretsModel {
  const kept = new Map<string, object>()
  const watches = new Map<PassThrough, string>()
  let version = 100
  const place = (path: string, query: Readonly<Record<string, string>> = {}) => {
    const [, namespace, name] = /namespaces\/([^/]+)\/secrets(?:\/(.+))?$/.exec(path) ?? []
    return `${namespace}/${name ?? query['fieldSelector']?.replace('metadata.name=', '')}`
  }
  function refuse(status: number | undefined): void {
    if (status !== undefined) throw new KubernetesError(status, String(status))
  }
  const tell = (stream: PassThrough, type: string, object: object) =>
    stream.write(`${JSON.stringify({ type, object })}\n`)

  function put(at: string, texts: Readonly<Record<string, string>> | undefined): object {
    const [namespace, name] = at.split('/')
    const entries = Object.entries(texts ?? {})
    const data = Object.fromEntries(
      entries.map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
    )
    const metadata = { namespace, name, uid: at, resourceVersion: String(++version) }
    const object = { metadata, data }
    if (texts) kept.set(at, object)
    else kept.delete(at)
    return object
  }

  const model: SecretsModel = {
    watchedFrom: [],
    lists: 0,
    status: undefined,
    client: {
      async request<T>(
        _: string,
        path: string,
        { query }: { query?: Readonly<Record<string, string>> },
      ) {
        refuse(model.status)
        const found = kept.get(place(path, query))
        if (query === undefined && !found) refuse(404)
        if (query !== undefined) model.lists++
        const list = { metadata: { resourceVersion: String(version) }, items: found ? [found] : [] }
        return (query === undefined ? found : list) as T // as the API documents it
      },
      async open(_, path, { query }) {
        refuse(model.status)
        const stream = new PassThrough()
        watches.set(stream, place(path, query))
        model.watchedFrom.push(query?.['resourceVersion'] ?? '')
        return stream as never // of a message only its body is read
      },
      server: async () => 'https://model',
    },
    put(at, texts) {
      const isNew = !kept.has(at)
      const object = put(at, texts)
      const type = texts ? (isNew ? 'ADDED' : 'MODIFIED') : 'DELETED'
      for (const [stream, watched] of watches) if (watched === at) tell(stream, type, object)
    },
    putUnseen: (at, texts) => void put(at, texts),
    endWatches(code) {
      for (const stream of watches.keys()) {
        if (code !== undefined) tell(stream, 'ERROR', { code, message: 'said' })
        stream.end()
      }
      watches.clear()
    },
  }
  return model
}
