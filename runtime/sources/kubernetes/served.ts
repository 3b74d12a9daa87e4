import type { ObjectKind } from '../../../functions/names/kinds/kind.ts'
import { isNotFound, type KubernetesClient } from '../../clients/kubernetes.ts'
import { apiVersionOf, pathOf } from '../../kinds.ts'

/** A kind that the API server does not have is looked for this often. */
export const absentMs = 5_000

/**
 * The version in which a kind is read: the best that the API server has.
 * @returns undefined if it has none, since the CRD is not installed
 */
export async function servedVersion(
  client: KubernetesClient,
  kind: ObjectKind,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [only, ...others] = kind.versions.map((version) => apiVersionOf(kind, version))
  if (!kind.isCustom && others.length === 0) return only
  for (const apiVersion of [only ?? '', ...others]) {
    try {
      const query = { limit: '1' }
      await client.request('GET', pathOf(kind, apiVersion), { query, timeoutMs: 3_000, signal })
      return apiVersion
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return undefined
}
