import type { Ask, AskContext, Asked, Metadata } from '../kinds/kind.ts'
import { printable } from '../targets/targets.ts'
import { type Annotations, annotationsOf } from './annotations.ts'
import { allHosts, isRead, nothing } from './ask.ts'

/** Where a name leads to. */
export interface Lead {
  readonly targets: readonly string[]
  /** Why the name is refused while there is no target; undefined: it is not asked for then. */
  readonly lack: string | undefined
  /** Names that come with it while it has a target. */
  readonly besides?: readonly Pick<Ask, 'host' | 'targets'>[]
}

/**
 * What an object asks for that is itself what its names lead to, a Service or a Node. Only the annotation
 * `target` goes before that: controllers and default targets are where Ingresses and routes lead.
 * @param hostsOf besides those of the annotation `hostname` or a template
 */
export function askForItself(
  { metadata }: { metadata: Metadata },
  hostsOf: (annotations: Annotations) => readonly string[],
  leadOf: (host: string, annotations: Annotations) => Lead,
  context: AskContext,
): Asked {
  const { settings } = context
  if (!isRead(metadata, settings)) return nothing
  const annotations = annotationsOf(metadata)
  const { ttlSeconds } = annotations
  const instead = settings.targets.order.includes('annotation') ? annotations.targets : []
  const asks: Ask[] = []
  const refused = [...annotations.refused]
  for (const host of new Set(allHosts(metadata, hostsOf(annotations), annotations, context))) {
    const lead: Lead =
      instead.length > 0 ? { targets: instead, lack: undefined } : leadOf(host, annotations)
    const { targets, lack, besides = [] } = lead
    if (targets.length > 0) {
      asks.push(...[{ host, targets }, ...besides].map((each) => ({ ...each, ttlSeconds })))
    } else if (lack !== undefined) {
      refused.push({ host: printable(host), reason: 'no-target', message: lack })
    }
  }
  return { asks, refused }
}
