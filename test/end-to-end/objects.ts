import type { ObjectKind } from '../../functions/names/kinds/kind.ts'
import type { KubernetesClient } from '../../runtime/clients/kubernetes.ts'
import { apiVersionOf, pathOf } from '../../runtime/kinds.ts'
import { patience } from './world.ts'

/** An object of any kind as a test wants it: what its author writes, and what controllers report in `status`. */
export interface AnObject {
  readonly metadata?: { readonly labels?: object; readonly annotations?: object }
  readonly status?: object | undefined
  readonly [field: string]: unknown
}

/** Objects of any kind at a real API server. */
export interface Objects {
  /** Makes an object so, in both of its parts. @param id `namespace/name`, or `name` of one that lies in none */
  put(kind: ObjectKind, id: string, object: AnObject): Promise<void>
  remove(kind: ObjectKind, id: string): Promise<void>
}

export function objectsOf(client: KubernetesClient): Objects {
  const namespaces = new Set(['default'])

  async function addNamespace(name: string): Promise<void> {
    if (name === '' || namespaces.has(name)) return
    await client.request('PATCH', `/api/v1/namespaces/${name}`, {
      ...applied,
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      signal: patience(),
    })
    namespaces.add(name)
  }

  return {
    async put(kind, id, { status, metadata = {}, ...fields }) {
      const { namespace, name } = placeOf(id)
      await addNamespace(namespace)
      const apiVersion = apiVersionOf(kind)
      const path = pathOf(kind, apiVersion, namespace, name)
      const of = { apiVersion, kind: kind.kind }
      const place = { name, ...(namespace !== '' && { namespace }) }
      const body = { ...of, ...fields, metadata: { ...metadata, ...place } }
      await client.request('PATCH', path, { ...applied, body, signal: patience() })
      if (status) {
        const said = { ...of, metadata: place, status }
        await client.request('PATCH', `${path}/status`, {
          ...applied,
          body: said,
          signal: patience(),
        })
      }
    },
    async remove(kind, id) {
      const { namespace, name } = placeOf(id)
      const path = pathOf(kind, apiVersionOf(kind), namespace, name)
      await client.request('DELETE', path, { signal: patience() })
    },
  }
}

const applied = {
  query: { fieldManager: 'test', force: 'true' },
  contentType: 'application/apply-patch+yaml',
} as const

function placeOf(id: string): { namespace: string; name: string } {
  const [name = '', namespace = ''] = id.split('/').reverse()
  return { namespace, name }
}
