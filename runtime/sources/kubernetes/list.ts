import type { ObjectKind } from '../../../functions/names/kinds/kind.ts'
import { isNotFound, type KubernetesClient } from '../../clients/kubernetes.ts'
import { RetryLater } from '../../errors.ts'
import { type KubernetesObject, pathOf, placeOf } from '../../kinds.ts'
import { type Selection, selectionOf } from './which.ts'

export interface Page {
  /** One resourceVersion for all pages of a list. */
  readonly version: string
  readonly items: readonly KubernetesObject[]
}

/**
 * A list of all objects of a selection, read from etcd's present state (no resourceVersion is given), 250 at a
 * time; the next are on their way while these are worked on. It is complete when the generator ends; whatever goes
 * wrong before is thrown, so that a part is never taken for the whole. A continue token that is too old ends it with
 * status 410.
 */
export async function* listPages(
  client: KubernetesClient,
  { path, query }: Selection,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  async function request(token = ''): Promise<List> {
    const list = await client.request<List>('GET', path, {
      query: { ...query, limit: '250', ...(token !== '' && { continue: token }) },
      timeoutMs: 30_000,
      signal,
    })
    if (isList(list)) return list
    throw new RetryLater(`what answered for ${path} is no list`)
  }

  let next: Promise<List> | undefined = request()
  while (next) {
    const { metadata, items }: List = await next
    next = metadata.continue ? request(metadata.continue) : undefined
    next?.catch(() => undefined) // told when it is its turn
    yield { version: metadata.resourceVersion, items }
  }
}

/** Up to so many objects are read one by one; more are picked from a list. */
const maxSingly = 20

/**
 * Some objects of a kind as they are now, without those that are gone.
 * @param names `namespace/name` of each
 */
export async function* objectsNamed(
  client: KubernetesClient,
  kind: ObjectKind,
  apiVersion: string,
  names: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<KubernetesObject> {
  if (names.size > maxSingly) {
    for await (const { items } of listPages(client, selectionOf(kind, apiVersion), signal)) {
      yield* items.filter((object) => names.has(placeOf(object)))
    }
    return
  }
  const found = [...names].map(async (each) => {
    const [namespace, name] = each.split('/')
    const path = pathOf(kind, apiVersion, namespace, name)
    try {
      return [await client.request<KubernetesObject>('GET', path, { timeoutMs: 3_000, signal })]
    } catch (error) {
      if (isNotFound(error)) return []
      throw error
    }
  })
  yield* (await Promise.all(found)).flat()
}

interface List {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string }
  readonly items: readonly KubernetesObject[]
}

/** A proxy, or a server of another kind, may answer 200 too; it is not to be taken for an empty cluster. */
function isList({ metadata, items }: Partial<List>): boolean {
  return (
    /^\d+$/.test(metadata?.resourceVersion ?? '') &&
    Array.isArray(items) &&
    (items as readonly Partial<KubernetesObject>[]).every(
      (each) => isText(each?.metadata?.uid) && isText(each?.metadata?.name),
    )
  )
}

const isText = (value: unknown) => typeof value === 'string' && value !== ''
