import type { NameKind } from '../../../functions/names/kinds/kind.ts'
import type { KubernetesClient } from '../../clients/kubernetes.ts'
import { objectEvent } from '../../events.ts'
import type { WorldMemory } from '../../world-memory.ts'
import type { Destination } from '../source.ts'

/** Has the objects of kinds that are switched off ask once more: for nothing, so that their names go. */
export async function withdraw(
  kinds: readonly NameKind[],
  { client, memory }: { readonly client: KubernetesClient; readonly memory: WorldMemory },
  { emit }: Destination,
): Promise<void> {
  const source = await client.server()
  for (const kind of kinds) {
    const remembered = await memory.remembered(kind.kind)
    const named = remembered.filter(({ names }) => names > 0)
    const effects = named.map(({ owner: { namespace, name, uid, at } }) => {
      const metadata = { namespace, name, uid, resourceVersion: String(at.version) }
      const event = objectEvent('update', kind, { metadata }, { era: at.era, source })
      return emit(event, { fresh: true, lane: 'resync' })
    })
    await Promise.all(effects)
  }
}
