import { ingress } from '../../functions/names/kinds/ingress.ts'
import { type AskSettings, targetSources } from '../../functions/names/kinds/kind.ts'
import type { World } from '../../runtime/function.ts'

/** The kind that most tests speak of. */
export const ingressKind = ingress

/** As by default, with these. */
export const askSettings = ({
  defaultTargets = [],
  ttlSeconds = 30,
}: {
  readonly defaultTargets?: readonly string[]
  readonly ttlSeconds?: number
} = {}): AskSettings => ({
  ttlSeconds,
  targets: { order: targetSources, default: defaultTargets, controllers: new Map() },
})

/** Asks objects in a cluster that has no others. */
export const askAlone =
  (settings: AskSettings): World['ask'] =>
  async ({ kind, owner, object }) => ({
    owner,
    asked: kind.asks(object, { settings, find: () => [] }),
  })
