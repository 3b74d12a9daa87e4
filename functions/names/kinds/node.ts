import { z } from 'zod'
import { askForItself, type Lead } from '../asking/ask-for-itself.ts'
import { nodeAddresses } from '../asking/node-addresses.ts'
import { metadata, type NameKind } from './kind.ts'

const schema = z.object({
  metadata,
  spec: z.object({ unschedulable: z.boolean().nullish() }).nullish(),
  status: z
    .object({
      addresses: z
        .array(z.object({ type: z.string().default(''), address: z.string().default('') }))
        .nullish(),
    })
    .nullish(),
})

export type Node = z.infer<typeof schema>

/**
 * Named by a template or an annotation, and not by its own name, which seldom lies in our zones. A Node without an address, or
 * one that takes no new Pods, has no name and stops no other (ExternalDNS, source/node.go, stops at the former).
 */
export const node: NameKind<Node> = {
  kind: 'Node',
  group: '',
  versions: ['v1'],
  resource: 'nodes',
  clusterWide: true,
  offByDefault: true,
  schema,
  asks: (object, context) =>
    askForItself(
      object,
      () => [],
      () => leadOf(object),
      context,
    ),
}

const leadOf = (object: Node): Lead => ({
  targets: nodeAddresses([object]),
  lack: object.spec?.unschedulable
    ? 'it takes no new Pods: it is unschedulable'
    : 'its status has neither an ExternalIP nor an InternalIP',
})
