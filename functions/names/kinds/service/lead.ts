import type { Annotations } from '../../asking/annotations.ts'
import type { Lead } from '../../asking/ask-for-itself.ts'
import type { AskContext } from '../kind.ts'
import { addressesOfService, clusterAddresses, isHeadless } from './addresses.ts'
import { headlessLead } from './headless.ts'
import { nodePortLead } from './node-port.ts'
import type { Service } from './schema.ts'

/**
 * What a name of a Service leads to, by the Service's type (ExternalDNS, source/service.go). The annotation
 * `internal-hostname` asks for the Service's address in the cluster; where there is no other it changes nothing.
 */
export function leadOf(
  service: Service,
  host: string,
  { hostnames, internalHostnames, access, endpointsType }: Annotations,
  { settings, find }: AskContext,
): Lead {
  const { spec } = service
  const isInternal = internalHostnames.includes(host)
  switch (spec?.type ?? 'ClusterIP') {
    case 'LoadBalancer': {
      const outside = isInternal && !hostnames.includes(host) ? [] : addressesOfService(service)
      return {
        targets: isInternal ? [...outside, ...clusterAddresses(service)] : outside,
        lack: 'it has no externalIPs, and its status no address yet',
      }
    }
    case 'NodePort':
      return nodePortLead(service, host, access, find)
    case 'ExternalName': {
      const name = spec?.externalName ? [spec.externalName] : []
      return {
        targets: spec?.externalIPs?.length ? spec.externalIPs : name,
        lack: 'it has neither externalIPs nor an externalName',
      }
    }
    default:
      if (isHeadless(service)) return headlessLead(service, host, endpointsType, find)
      if (isInternal || settings.publishInternalServices) {
        return { targets: clusterAddresses(service), lack: 'it has no clusterIP yet' }
      }
      return { targets: [], lack: hostnames.includes(host) ? inClusterOnly : undefined } // a template asks for all
  }
}

const inClusterOnly =
  'only the cluster reaches the address of a ClusterIP Service: if that is meant, name it by the annotation ' +
  'internal-hostname, or set sources.publishInternalServices'
