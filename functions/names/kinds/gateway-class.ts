import { z } from 'zod'
import { gatewayGroup } from './gateway/listener.ts'
import { metadata, type ObjectKind } from './kind.ts'

const schema = z.object({
  metadata,
  spec: z.object({ controllerName: z.string().nullish() }).nullish(),
})

/** Read for the name of the controller, which may call its class anything. */
export const gatewayClass: ObjectKind<z.infer<typeof schema>> = {
  kind: 'GatewayClass',
  group: gatewayGroup,
  versions: ['v1', 'v1beta1'],
  resource: 'gatewayclasses',
  clusterWide: true,
  isCustom: true,
  schema,
}
