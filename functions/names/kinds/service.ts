import { askForItself } from '../asking/ask-for-itself.ts'
import type { NameKind } from './kind.ts'
import { leadOf } from './service/lead.ts'
import { type Service, serviceSchema } from './service/schema.ts'

export { addressesOf, loadBalancer, type Service } from './service/schema.ts'

/** Named by the annotations `hostname` and `internal-hostname` or a template: the many others cost nothing. */
export const service: NameKind<Service> = {
  kind: 'Service',
  group: '',
  versions: ['v1'],
  resource: 'services',
  schema: serviceSchema,
  asks: (object, context) =>
    askForItself(
      object,
      ({ internalHostnames }) =>
        context.settings.ignoreHostnameAnnotation ? [] : internalHostnames,
      (host, annotations) => leadOf(object, host, annotations, context),
      context,
    ),
}
