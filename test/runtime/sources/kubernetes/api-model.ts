import { PassThrough } from 'node:stream'
import type { ObjectKind } from '../../../../functions/names/kinds/kind.ts'
import { type KubernetesClient, KubernetesError } from '../../../../runtime/clients/kubernetes.ts'
import { apiVersionOf, type KubernetesObject, pathOf } from '../../../../runtime/kinds.ts'

/** What an API server does for lists, reads and watches: test/end-to-end asks a real one. */
export interface ApiModel {
  readonly client: KubernetesClient
  /** Paths that were asked for, without their queries. */
  readonly asked: string[]
  install(kind: ObjectKind): void
  uninstall(kind: ObjectKind): void
  put(kind: ObjectKind, namespace: string, name: string, fields?: object): void
  remove(kind: ObjectKind, namespace: string, name: string): void
  /** Answers nothing but this status from now on; `undefined`: as usual. */
  status: number | undefined
}

export function apiModel(...installed: readonly ObjectKind[]): ApiModel {
  const tables = new Map<string, Map<string, KubernetesObject>>()
  const watches = new Map<string, Set<PassThrough>>()
  let version = 100
  const tableOf = (kind: ObjectKind) => tables.get(pathOf(kind, apiVersionOf(kind)))

  function tell(kind: ObjectKind, type: string, object: KubernetesObject): void {
    for (const stream of watches.get(pathOf(kind, apiVersionOf(kind))) ?? []) {
      stream.write(`${JSON.stringify({ type, object })}\n`)
    }
  }

  /** The table of a path, with the rest of it that names a namespace or an object. */
  function find(path: string): [Map<string, KubernetesObject>, namespace: string, name: string] {
    for (const [root, table] of tables) {
      const [, before = '', resource = ''] = /^(.*)\/([^/]+)$/.exec(root) ?? []
      const pattern = new RegExp(`^${before}(?:/namespaces/([^/]+))?/${resource}(?:/([^/]+))?$`)
      const [matched, namespace = '', name = ''] = pattern.exec(path) ?? []
      if (matched !== undefined) return [table, namespace, name]
    }
    throw new KubernetesError(404, `${path}: 404`)
  }

  function answer(path: string, query: Readonly<Record<string, string>>): unknown {
    if (model.status !== undefined) throw new KubernetesError(model.status, String(model.status))
    const [table, namespace, name] = find(path)
    if (name !== '') {
      const object = table.get(`${namespace}/${name}`)
      if (object) return object
      throw new KubernetesError(404, `${path}: 404`)
    }
    const wanted = query['fieldSelector']?.replace('metadata.name=', '')
    const [label = '', value] = query['labelSelector']?.split('=') ?? []
    const inOrder = [...table].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
    const items = inOrder.filter(
      ({ metadata }) =>
        (namespace === '' || metadata.namespace === namespace) &&
        (wanted === undefined || metadata.name === wanted) &&
        (value === undefined ||
          (metadata as { labels?: Record<string, string> }).labels?.[label] === value),
    )
    return { metadata: { resourceVersion: String(version) }, items }
  }

  const model: ApiModel = {
    asked: [],
    status: undefined,
    client: {
      async request<T>(
        _: string,
        path: string,
        { query = {} }: { query?: Record<string, string> },
      ) {
        model.asked.push(path)
        return answer(path, query) as T // as the API documents it
      },
      async open(_, path) {
        model.asked.push(`watch ${path}`)
        answer(path, {})
        const stream = new PassThrough()
        const open = watches.get(path) ?? new Set()
        watches.set(path, open.add(stream))
        return stream as never // all that is read of it
      },
      server: async () => 'https://api',
    },
    install: (kind) => void tables.set(pathOf(kind, apiVersionOf(kind)), new Map()),
    uninstall(kind) {
      tables.delete(pathOf(kind, apiVersionOf(kind)))
      for (const stream of watches.get(pathOf(kind, apiVersionOf(kind))) ?? []) stream.end()
    },
    put(kind, namespace, name, { metadata = {}, ...fields }: { metadata?: object } = {}) {
      const resourceVersion = String(++version)
      const of = { namespace, name, uid: `${namespace}/${name}`, resourceVersion }
      const object = { ...fields, metadata: { ...metadata, ...of } }
      const isKnown = tableOf(kind)?.has(`${namespace}/${name}`)
      tableOf(kind)?.set(`${namespace}/${name}`, object)
      tell(kind, isKnown ? 'MODIFIED' : 'ADDED', object)
    },
    remove(kind, namespace, name) {
      const object = tableOf(kind)?.get(`${namespace}/${name}`)
      tableOf(kind)?.delete(`${namespace}/${name}`)
      const resourceVersion = String(++version)
      if (object) tell(kind, 'DELETED', { metadata: { ...object.metadata, resourceVersion } })
    },
  }
  for (const kind of installed) model.install(kind)
  return model
}
