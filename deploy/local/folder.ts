import { readdir, readFile, watch } from 'node:fs/promises'
import { join } from 'node:path'
import { sendEvent } from '../../runtime/cli/send.ts'
import { askAddresses } from '../../runtime/clients/dns.ts'
import { type KubernetesClient, KubernetesError } from '../../runtime/clients/kubernetes.ts'
import { GiveUp, RetryLater } from '../../runtime/errors.ts'
import { CloudEvent, resourceTypes } from '../../runtime/events.ts'
import {
  applyManifest,
  deleteManifest,
  type Manifest,
  manifestPath,
  parseManifests,
} from '../../runtime/manifests.ts'

/** What became of one host of an applied ingress. */
export interface Applied {
  readonly host: string
  readonly addresses: readonly string[]
  /** From the API server's answer until DNS answered. */
  readonly tookMs: number
  /** Why the host may not be published. */
  readonly refused?: string
}

export interface Asking {
  /** Base URL; without it nothing is asked. */
  readonly functionsUrl?: string
}

/** A folder of manifests, applied to a cluster. */
export interface Folder {
  /** Applies what changed since last time, removes what was taken out, and asks for each host. */
  apply(asking?: Asking): Promise<readonly Applied[]>
  /** Applies at each change until the signal aborts; what can't be applied is told, and tried at the next. */
  keep(asking: Asking, tell: (what: Applied | Error) => void): Promise<void>
}

export interface FolderOptions {
  readonly path: string
  readonly client: KubernetesClient
  /** `address:port` of the DNS server. */
  readonly dns: string
  readonly signal: AbortSignal
}

const answerWithinMs = 2_000
/** A name that takes longer than this may be refused: the functions are asked why. */
const askWhyAfterMs = 300

export function createFolder({ path, client, dns, signal }: FolderOptions): Folder {
  let before = new Map<string, Manifest>()

  async function apply({ functionsUrl }: Asking = {}): Promise<readonly Applied[]> {
    const now = await readManifests(path)
    const applied: Applied[] = []
    for (const [key, manifest] of before) {
      if (now.has(key)) continue
      await deleteManifest(client, manifest, signal).catch(unlessGone)
    }
    for (const [key, manifest] of now) {
      if (JSON.stringify(before.get(key)) === JSON.stringify(manifest)) continue
      await applyManifest(client, manifest, signal)
      const since = performance.now()
      const hosts = manifest.kind === 'Ingress' && functionsUrl ? hostsOf(manifest) : []
      for (const host of hosts) applied.push(await ask(manifest, host, since, functionsUrl ?? ''))
    }
    before = now
    return applied
  }

  async function ask(
    manifest: Manifest,
    host: string,
    since: number,
    url: string,
  ): Promise<Applied> {
    for (;;) {
      const { addresses } = await askAddresses(dns, host, { timeoutMs: answerWithinMs })
      const tookMs = performance.now() - since
      if (addresses.length > 0 || tookMs > answerWithinMs) return { host, addresses, tookMs }
      const refused = tookMs > askWhyAfterMs && (await refusalsOf(manifest, url, signal)).get(host)
      if (refused) return { host, addresses, tookMs, refused }
    }
  }

  return {
    apply,
    async keep(asking, tell) {
      const changes = watch(path, { signal })
      const applyAndTell = async () => {
        try {
          for (const each of await apply(asking)) tell(each)
        } catch (error) {
          if (!(error instanceof GiveUp || error instanceof RetryLater)) throw error
          tell(error)
        }
      }
      try {
        await applyAndTell()
        for await (const _ of changes) await applyAndTell()
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  }
}

async function readManifests(path: string): Promise<Map<string, Manifest>> {
  const files = (await readdir(path)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort()
  const found = new Map<string, Manifest>()
  for (const file of files) {
    const text = await readFile(join(path, file), 'utf8')
    for (const manifest of parseManifests(text, file)) found.set(manifestPath(manifest), manifest)
  }
  return found
}

/** The functions' own answer to the question what they refuse of an object. */
async function refusalsOf(
  { apiVersion, kind, metadata: { name, namespace = 'default' } }: Manifest,
  url: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const event = new CloudEvent<unknown>({
    type: resourceTypes.update,
    source: '/k2s-dns/local',
    apiversion: apiVersion,
    kind,
    namespace,
    name,
  })
  const answer = (await sendEvent(event, { url, timeoutMs: 5_000, signal })) as Answered // our own server's
  const refused = answer?.handled.flatMap((each) => each.answer.refused ?? []) ?? []
  return new Map(refused.map(({ host, message }) => [host, message]))
}

interface Answered {
  readonly handled: readonly {
    readonly answer: { readonly refused?: readonly { host: string; message: string }[] }
  }[]
}

const hostsOf = (manifest: Manifest): string[] => {
  const { rules = [] } = manifest['spec'] as { rules?: { host?: string }[] } // an Ingress that was applied
  return [...new Set(rules.flatMap(({ host }) => host ?? []))]
}

function unlessGone(error: unknown): void {
  if (!(error instanceof KubernetesError && error.status === 404)) throw error
}
