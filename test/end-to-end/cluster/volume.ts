import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import { isNotFound } from '../../../runtime/clients/kubernetes.ts'
import type { Volume } from './pod-object.ts'

export type Files = ReadonlyMap<string, Buffer>

const requestMs = 2_000

/**
 * What a volume holds now.
 * @throws Error if it can't be mounted: its object or one of its keys isn't there and isn't optional
 */
export async function readVolume(
  volume: Volume,
  namespace: string,
  client: KubernetesClient,
): Promise<Files> {
  const { name, configMap, secret, emptyDir } = volume
  if (emptyDir) return new Map()
  const source = configMap ?? secret
  const object = configMap
    ? { resource: 'configmaps', name: configMap.name }
    : secret && { resource: 'secrets', name: secret.secretName }
  if (!source || !object)
    throw new Error(`volume ${name}: here are only ConfigMaps, Secrets and emptyDir`)

  const where = `/api/v1/namespaces/${namespace}/${object.resource}/${object.name}`
  const found = await client
    .request<Content>('GET', where, {
      timeoutMs: requestMs,
      signal: AbortSignal.timeout(requestMs),
    })
    .catch((error: unknown) => {
      if (source.optional && isNotFound(error)) return nothing
      throw error
    })
  const encoding = configMap ? 'utf8' : 'base64'
  const all = new Map([...buffers(found.data, encoding), ...buffers(found.binaryData, 'base64')])
  if (!source.items) return all
  return new Map(
    source.items.flatMap((item) => {
      const value = all.get(item.key)
      if (value) return [[item.path, value]]
      if (source.optional) return []
      throw new Error(`volume ${name}: ${object.name} has no key ${item.key}`)
    }),
  )
}

interface Content {
  readonly data?: Readonly<Record<string, string>>
  readonly binaryData?: Readonly<Record<string, string>>
}

const nothing: Content = {}

const buffers = (from: Readonly<Record<string, string>> = {}, encoding: BufferEncoding) =>
  Object.entries(from).map(([key, value]) => [key, Buffer.from(value, encoding)] as const)

const current = '..data'

/**
 * Swaps all files at once, by the link to the folder in which they lie (kubelet, pkg/volume/util/atomic_writer.go):
 * who reads sees the old ones or the new ones.
 */
export function writeVolume(folder: string, files: Files): void {
  mkdirSync(folder, { recursive: true })
  const before = linkIn(folder)
  const version = path.basename(mkdtempSync(path.join(folder, '..version-')))
  for (const [name, content] of files) {
    const file = path.join(folder, version, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  symlinkSync(version, path.join(folder, '..data_tmp'))
  renameSync(path.join(folder, '..data_tmp'), path.join(folder, current))

  const wanted = new Set([...files.keys()].map((name) => name.split('/')[0] ?? name))
  for (const name of readdirSync(folder).filter((each) => !each.startsWith('..'))) {
    const file = path.join(folder, name)
    if (!wanted.delete(name) && lstatSync(file).isSymbolicLink()) rmSync(file)
  }
  for (const name of wanted) symlinkSync(path.join(current, name), path.join(folder, name))
  if (before) rmSync(path.join(folder, before), { recursive: true })
}

function linkIn(folder: string): string | undefined {
  try {
    return readlinkSync(path.join(folder, current))
  } catch {
    return undefined
  }
}
