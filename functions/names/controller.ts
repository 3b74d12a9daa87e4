import type { AskContext } from './kinds/kind.ts'
import { addressesOf, type Service, service } from './kinds/service.ts'

/** Where the controller of an ingress class is reached from outside, by its Service. */
export function controllerAddresses(
  className: string | undefined,
  { settings, find }: AskContext,
): readonly string[] {
  const which = settings.targets.controllers.get(className ?? '')
  return which ? find(service, which).flatMap(addressesOfService) : []
}

/** External addresses before those of the status, as in ExternalDNS (source/service.go). */
export const addressesOfService = ({ spec, status }: Service): readonly string[] =>
  spec?.externalIPs?.length ? spec.externalIPs : addressesOf(status?.loadBalancer)
