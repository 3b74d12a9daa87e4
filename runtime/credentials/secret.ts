import { z } from 'zod'
import type { KubernetesClient } from '../clients/kubernetes.ts'
import { messageOf, RetryLater } from '../errors.ts'
import { keepTrying } from '../sources/kubernetes/keep-trying.ts'
import { listPages } from '../sources/kubernetes/list.ts'
import { watchOn } from '../sources/kubernetes/watch-on.ts'
import type { Following } from './provider.ts'

export interface SecretName {
  readonly namespace: string
  readonly name: string
}

/** Decoded texts by key. */
export type Texts = Readonly<Record<string, string>>

/** One Secret: read when it is asked for, or followed by a list and a watch of it alone. */
export interface Secret {
  /** `Secret kube-system/etcd-client` */
  readonly title: string
  /** @throws RetryLater if there is none, or it can't be read */
  read(): Promise<Texts>
  /** As it was last seen by {@link follow}, else as `read`. */
  latest(): Promise<Texts>
  follow(following: Following): Promise<void>
}

const schema = z.object({ data: z.record(z.string(), z.string()).default({}) })

export function createSecret({ namespace, name }: SecretName, client: KubernetesClient): Secret {
  const title = `Secret ${namespace}/${name}`
  // rights on a name (resourceNames) cover a list and a watch only if they ask for that name
  const selection = {
    path: `/api/v1/namespaces/${namespace}/secrets`,
    query: { fieldSelector: `metadata.name=${name}` },
  }
  /** Undefined texts: there was none. */
  let seen: { readonly texts: Texts | undefined } | undefined

  const take = (object: unknown) => {
    seen = { texts: object === undefined ? undefined : decoded(object) }
  }

  async function list(signal: AbortSignal): Promise<string> {
    let [version, object]: [string, unknown] = ['0', undefined]
    for await (const page of listPages(client, selection, signal)) {
      version = page.version
      object ??= page.items[0]
    }
    take(object)
    return version
  }

  async function goRound(onProgress: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const version = await list(signal)
      onProgress()
      const watched = { ...selection, resource: title }
      for await (const { verb, object } of watchOn(client, watched, version, onProgress, signal))
        take(verb === 'delete' ? undefined : object)
    }
  }

  async function read(): Promise<Texts> {
    const signal = AbortSignal.timeout(readMs)
    try {
      return decoded(await client.request('GET', `${selection.path}/${name}`, { signal }))
    } catch (error) {
      throw new RetryLater(`${title} can’t be read: ${messageOf(error)}`, { cause: error })
    }
  }

  return {
    title,
    read,
    async latest() {
      if (!seen) return read()
      if (seen.texts) return seen.texts
      throw new RetryLater(`${title} is gone`)
    },
    follow: ({ clock, log, signal }) =>
      keepTrying((onProgress) => goRound(onProgress, signal), { what: title, clock, log, signal }),
  }
}

const readMs = 10_000

const decoded = (object: unknown): Texts =>
  Object.fromEntries(
    Object.entries(schema.parse(object).data).map(([key, text]) => [
      key,
      Buffer.from(text, 'base64').toString(),
    ]),
  )
