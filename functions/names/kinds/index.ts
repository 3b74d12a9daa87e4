import { configMap } from './config-map.ts'
import { dnsEndpoint } from './dns-endpoint.ts'
import { hostsFile } from './hosts-file.ts'
import { ingress } from './ingress.ts'
import type { NameKind } from './kind.ts'
import { node } from './node.ts'
import { service } from './service.ts'

/** All kinds that ask for names: a new one is a file here and a line in this list. */
export const nameKinds: readonly NameKind[] = [
  ingress,
  service,
  node,
  configMap,
  hostsFile,
  dnsEndpoint,
]
