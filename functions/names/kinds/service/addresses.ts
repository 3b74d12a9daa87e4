import { addressesOf, type Service } from './schema.ts'

/** External addresses before those of the status, as in ExternalDNS (source/service.go). */
export const addressesOfService = ({ spec, status }: Service): readonly string[] =>
  spec?.externalIPs?.length ? spec.externalIPs : addressesOf(status?.loadBalancer)

/** Of both families, where ExternalDNS takes the first only; none of a headless Service. */
export const clusterAddresses = ({ spec }: Service): readonly string[] =>
  (spec?.clusterIPs?.length ? spec.clusterIPs : [spec?.clusterIP ?? '']).filter(
    (address) => address !== '' && address !== headless,
  )

const headless = 'None'

export const isHeadless = ({ spec }: Service): boolean => spec?.clusterIP === headless
