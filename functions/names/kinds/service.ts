import { annotationsOf } from '../asking/annotations.ts'
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
  asks(object, context) {
    const { internalHostnames } = annotationsOf(object.metadata)
    const hosts = context.settings.ignoreHostnameAnnotation ? [] : internalHostnames
    return askForItself(object, hosts, (host) => leadOf(object, host, context), context)
  },
}
