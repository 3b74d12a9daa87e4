import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'

/** A Go module that carries the CRDs of its project as files. */
export interface CrdModule {
  /** `module@version`, as `go mod download` takes it. */
  readonly module: string
  /** What must have come, as in a go.sum. */
  readonly sum: string
  readonly folder: string
}

/** What a test looks at in a CustomResourceDefinition. */
export interface Crd {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly group: string
    readonly scope: 'Namespaced' | 'Cluster'
    readonly names: { readonly kind: string; readonly plural: string }
    readonly versions: readonly { readonly name: string; readonly served: boolean }[]
  }
}

/**
 * The published CRDs themselves, from Go's cache or its module proxy, as the servers' sources are had: nothing is
 * copied, and nothing of ours can differ from them.
 * @throws Error if they can't be had, or are not those that were meant
 */
export async function crdsOf({ module, sum, folder }: CrdModule): Promise<readonly Crd[]> {
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', module])
  const { Dir: root, Sum: found } = JSON.parse(stdout) as { Dir: string; Sum: string }
  if (found !== sum) throw new Error(`${module} is ${found} and should be ${sum}`)
  const files = (await readdir(path.join(root, folder))).filter((file) => /\.ya?ml$/.test(file))
  const texts = files.sort().map((file) => readFile(path.join(root, folder, file), 'utf8'))
  const objects = (await Promise.all(texts)).flatMap((text) =>
    parseAllDocuments(text).map((document) => document.toJS() as Crd | null),
  )
  return objects.filter((each): each is Crd => each?.kind === 'CustomResourceDefinition')
}

/** As kubectl does with `apply --server-side`. Their objects are served a moment later. */
export async function installCrds(client: KubernetesClient, crds: readonly Crd[]): Promise<void> {
  for (const crd of crds) {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}`
    await client.request('PATCH', path, {
      query: { fieldManager: 'test', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: crd,
      signal: AbortSignal.timeout(20_000),
    })
  }
}
