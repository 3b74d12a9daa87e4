import { z } from 'zod'
import { type KubernetesClient, KubernetesError } from '../../clients/kubernetes.ts'
import { messageOf, RetryLater } from '../../errors.ts'
import type { ResourceVerb } from '../../events.ts'
import type { KubernetesObject } from '../../kinds.ts'
import { lines } from './stream.ts'
import type { Selection } from './which.ts'

/** What one watch connection says; `version` is the position after it. */
export type Frame =
  | { readonly verb: ResourceVerb; readonly object: KubernetesObject; readonly version: string }
  | { readonly verb: 'bookmark'; readonly version: string }
  | { readonly verb: 'opened' }
  | { readonly verb: 'expired' }

const verbs = { ADDED: 'add', MODIFIED: 'update', DELETED: 'delete', BOOKMARK: 'bookmark' } as const

const frame = z.discriminatedUnion('type', [
  z.object({
    type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']),
    object: z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) }),
  }),
  z.object({
    type: z.literal('ERROR'),
    object: z.object({ code: z.number(), message: z.string().default('') }),
  }),
])

/**
 * A bookmark comes each minute, so this much silence means that nobody is there. To connect again at the
 * same version costs nothing.
 */
const silenceMs = 70_000
const maxLineBytes = 16 * 1024 * 1024

/** What is watched, and how messages call it. */
export interface Watched extends Selection {
  readonly resource: string
}

/**
 * One watch connection from a version on: `opened` as soon as the server agrees, then what it says. Ends when
 * the server ends it (after five to ten minutes), which is normal. A version that the server no longer has
 * yields `expired`, be it said by HTTP 410 or by an ERROR frame after HTTP 200.
 * @throws RetryLater for anything else
 */
export async function* watchFrames(
  client: KubernetesClient,
  { path, resource, query: selectors }: Watched,
  version: string,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const query = {
    ...selectors,
    watch: '1',
    resourceVersion: version,
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(300 + Math.floor(Math.random() * 300)),
  }
  try {
    const stream = await client.open('GET', path, { query, timeoutMs: silenceMs, signal })
    try {
      yield { verb: 'opened' }
      for await (const line of lines(stream, maxLineBytes)) yield parseFrame(line)
    } finally {
      stream.destroy()
    }
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 410) yield { verb: 'expired' }
    else if (error instanceof RetryLater) throw error
    else throw new RetryLater(`the watch of ${resource} broke off: ${messageOf(error)}`)
  }
}

function parseFrame(line: string): Frame {
  const { type, object } = frame.parse(JSON.parse(line))
  if (type === 'ERROR')
    throw new KubernetesError(object.code, `watch: ${object.code} ${object.message}`)
  const version = object.metadata.resourceVersion
  const verb = verbs[type]
  return verb === 'bookmark' ? { verb, version } : { verb, version, object: object as never } // checked
}
