import type { KubernetesClient } from '../../clients/kubernetes.ts'
import { type Frame, type Watched, watchFrames } from './watch.ts'

type Change = Extract<Frame, { readonly object: unknown }>

/**
 * Watches from a version on, over as many connections as it takes. Ends when the server has forgotten the version it
 * would have to go on from, or the signal aborts.
 * @param onProgress called whenever the server says something
 * @throws RetryLater for anything else that ends a connection, as {@link watchFrames} does
 */
export async function* watchOn(
  client: KubernetesClient,
  watched: Watched,
  from: string,
  onProgress: () => void,
  signal: AbortSignal,
): AsyncGenerator<Change> {
  let version = from
  while (!signal.aborted) {
    for await (const frame of watchFrames(client, watched, version, signal)) {
      onProgress()
      if (frame.verb === 'expired') return
      if (frame.verb === 'opened') continue
      version = frame.version
      if (frame.verb !== 'bookmark') yield frame
    }
  }
}
