import { once } from 'node:events'
import type { AgentOptions } from 'node:https'
import { Worker } from 'node:worker_threads'
import { messageOf, RetryLater } from '../errors.ts'
import { ownModule } from '../own-files.ts'

/** Where the API server is and how it knows us. */
export interface Access {
  /** Base URL, without trailing slash. */
  readonly server: string
  readonly headers: Readonly<Record<string, string>>
  readonly tls: Pick<AgentOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>
  /** `user:password` */
  readonly auth: string | undefined
  readonly proxyUrl: string | undefined
}

export type Told = { readonly access: Access } | { readonly error: string }

/** A login helper of a cloud may ask its servers, but no person. */
const timeoutMs = 30_000

/**
 * Reads a kubeconfig in a thread that ends with it: client-node, of which we use only this part, takes
 * 80 MiB and half a second to load, and so neither is ours for longer.
 * @param file without one KUBECONFIG, ~/.kube/config or the pod's service account
 * @throws RetryLater naming the file and what is wrong with it
 */
export async function readKubeconfig(file: string | undefined): Promise<Access> {
  const worker = new Worker(ownModule('runtime/clients/kubeconfig-worker.ts'), { workerData: file })
  try {
    const [told] = (await once(worker, 'message', { signal: AbortSignal.timeout(timeoutMs) })) as [
      Told,
    ]
    if ('access' in told) return told.access
    throw new Error(told.error)
  } catch (error) {
    throw new RetryLater(
      `no way to the API server by ${file ?? 'KUBECONFIG, ~/.kube/config or the pod'}: ` +
        `${messageOf(error)}. Set kubeconfig to a file that kubectl can use`,
      { cause: error },
    )
  } finally {
    await worker.terminate()
  }
}
