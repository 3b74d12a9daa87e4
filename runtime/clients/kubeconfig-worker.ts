/** Reads a kubeconfig with all that it may ask for, tells how to reach the API server, and ends. */
import type { RequestOptions } from 'node:https'
import { enableCompileCache, registerHooks } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../errors.ts'
import type { Access, Told } from './kubeconfig.ts'

/**
 * client-node's kubeconfig imports its generated API client, 700 files of which none is used here: half a
 * second and 70 MiB. In this thread an empty module stands for it.
 */
const none = ['createConfiguration', 'ServerConfiguration', 'of'].map(
  (name) => `${name} = undefined`,
)
const instead = { url: `data:text/javascript,export const ${none}`, shortCircuit: true }
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith('./gen/') && context.parentURL?.includes('/@kubernetes/client-node/dist/')
      ? instead
      : next(specifier, context),
})
enableCompileCache()
const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js')

async function readAccess(file: string | undefined): Promise<Access> {
  const config = new KubeConfig()
  if (file) config.loadFromFile(file)
  else config.loadFromDefault()
  const cluster = config.getCurrentCluster()
  if (!cluster) throw new Error('it names no current cluster')
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const { ca, cert, key, rejectUnauthorized, servername, auth } = options
  return {
    server: cluster.server.replace(/\/$/, ''),
    headers: { ...(options.headers as Record<string, string>) }, // client-node writes an object of texts
    tls: {
      ...stated({ rejectUnauthorized, servername }),
      ...stated({ ca: pem(ca), cert: pem(cert), key: pem(key) }),
    },
    auth: auth ?? undefined,
    proxyUrl: cluster.proxyUrl,
  }
}

const pem = (bytes: unknown): string | undefined => (bytes ? String(bytes) : undefined)

const stated = (options: Record<string, unknown>): Access['tls'] =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))

const told: Told = await readAccess(workerData as string | undefined).then(
  // sent by kubeconfig.ts
  (access) => ({ access }),
  (error: unknown) => ({ error: messageOf(error) }),
)
parentPort?.postMessage(told)
