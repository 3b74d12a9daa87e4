import { z } from 'zod'
import { ask } from '../asking/ask.ts'
import { addressesOfClass } from '../asking/controller.ts'
import { gatewayGroup, listener, namespaces } from './gateway/listener.ts'
import { gatewayClass } from './gateway-class.ts'
import { type AskContext, metadata, type NameKind } from './kind.ts'
import { addressesOfService } from './service/addresses.ts'
import { service } from './service.ts'

const schema = z.object({
  metadata,
  spec: z
    .object({
      gatewayClassName: z.string().nullish(),
      listeners: z.array(listener).nullish(),
      allowedListeners: z.object({ namespaces }).nullish(),
    })
    .nullish(),
  status: z
    .object({
      addresses: z.array(z.object({ type: z.string().nullish(), value: z.string() })).nullish(),
    })
    .nullish(),
})

export type Gateway = z.infer<typeof schema>

/**
 * It asks for the names of its annotation only. Those of its listeners are asked for by the routes that attach
 * to them: without a route nothing answers there.
 */
export const gateway: NameKind<Gateway> = {
  kind: 'Gateway',
  group: gatewayGroup,
  versions: ['v1', 'v1beta1'],
  resource: 'gateways',
  isCustom: true,
  schema,
  asks: (object, context) =>
    ask(object, { hosts: [], targets: gatewayTargets(object, context) }, context),
}

/**
 * Where a Gateway is reached. `spec.addresses` are not among it: they are wishes, and the controller writes those
 * that it grants into the status.
 */
export const gatewayTargets = (object: Gateway, context: AskContext) => ({
  status: () => statusAddresses(object),
  controller: () => {
    const services = dataPlane(object, context)
    return services.length > 0
      ? services.flatMap(addressesOfService)
      : controllerAddresses(object.spec?.gatewayClassName ?? '', context)
  },
})

/** Other types of addresses, as `NamedAddress`, mean something to the controller only. */
const statusAddresses = ({ status }: Gateway): string[] =>
  (status?.addresses ?? [])
    .filter(({ type }) => ['IPAddress', 'Hostname'].includes(type ?? 'IPAddress'))
    .map(({ value }) => value)

/** The Services that were made for it alone: they lie beside it, with its name as label (GEP-1762). */
const dataPlane = ({ metadata: { namespace, name } }: Gateway, { find }: AskContext) =>
  find(service, { namespace, label: { key: `${gatewayGroup}/gateway-name`, value: name } })

/** Where all Gateways of a class are reached; the class is found as that of an Ingress is. */
const controllerAddresses = (className: string, context: AskContext): readonly string[] =>
  addressesOfClass(
    className,
    () => context.find(gatewayClass, { name: className }).map(({ spec }) => spec?.controllerName),
    context,
  )
