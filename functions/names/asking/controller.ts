import { ingressClass } from '../kinds/ingress-class.ts'
import type { AskContext, ServiceName } from '../kinds/kind.ts'
import { addressesOfService } from '../kinds/service/addresses.ts'
import { service } from '../kinds/service.ts'

const nginx = [{ namespace: 'ingress-nginx', name: 'ingress-nginx-controller' }]
const traefik = [
  { namespace: 'ingress-traefik', name: 'traefik' }, // K2s
  { namespace: 'traefik', name: 'traefik' }, // its Helm chart
  { namespace: 'kube-system', name: 'traefik' }, // K3s
]

/**
 * The Services behind which controllers are found, as they are usually installed: by the controller's name (in
 * `spec.controller` of an IngressClass, `spec.controllerName` of a GatewayClass) and by its class's usual name.
 */
export const usualServices: ReadonlyMap<string, readonly ServiceName[]> = new Map([
  ['nginx', nginx],
  ['k8s.io/ingress-nginx', nginx],
  ['traefik', traefik],
  ['traefik.io/ingress-controller', traefik],
  ['traefik.io/gateway-controller', traefik],
])

/**
 * Where the controller of an ingress class is reached from outside. A Service that is configured for the class
 * goes before all; else the controller that the IngressClass names tells it, so that a class may be called
 * anything; a class without such an object is told by its name.
 */
export function controllerAddresses(
  className: string | undefined,
  context: AskContext,
): readonly string[] {
  if (!className) return []
  const controllerOf = () =>
    context.find(ingressClass, { name: className }).map(({ spec }) => spec?.controller)
  return addressesOfClass(className, controllerOf, context)
}

/** The same for a class of any kind. @param controllerOf what its object names, one entry if there is an object */
export function addressesOfClass(
  className: string,
  controllerOf: () => readonly (string | null | undefined)[],
  context: AskContext,
): readonly string[] {
  if (context.settings.targets.controllers.has(className))
    return addressesOfController(className, context)
  const [controller] = controllerOf().map((name) => name ?? '')
  return addressesOfController(controller ?? className, context)
}

/** Of the first of its Services that has an address. @param name of a controller, or of a class without object */
export function addressesOfController(
  name: string,
  { settings, find }: AskContext,
): readonly string[] {
  const configured = settings.targets.controllers.get(name)
  for (const which of configured ? [configured] : (usualServices.get(name) ?? [])) {
    const addresses = find(service, which).flatMap(addressesOfService)
    if (addresses.length > 0) return addresses
  }
  return []
}
