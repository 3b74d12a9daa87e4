import { configMap } from '../../../functions/names/kinds/config-map.ts'
import { dnsEndpoint } from '../../../functions/names/kinds/dns-endpoint.ts'
import { node } from '../../../functions/names/kinds/node.ts'
import { annotationsFor, hostsByAnnotation, type MatrixKind, says } from './kind.ts'

export const nodes: MatrixKind = {
  title: 'Node',
  kind: node,
  decides: {
    annotation: 'annotation',
    status: 'status',
    controller: 'nothing',
    default: 'nothing',
  },
  object: (asked) => ({
    metadata: { annotations: hostsByAnnotation(asked) },
    status: says('status', asked)
      ? { addresses: [{ type: 'ExternalIP', address: asked.at.status }] }
      : {},
  }),
}

/** A line says its address itself. */
export const configMaps: MatrixKind = {
  title: 'ConfigMap',
  kind: configMap,
  decides: { annotation: 'itself', status: 'itself', controller: 'itself', default: 'itself' },
  object: (asked) => ({
    metadata: {
      annotations: annotationsFor(asked),
      labels: { 'k2s-dns.io/hosts': 'true' },
    },
    data: { hosts: asked.hosts.map((host) => `${asked.at.itself} ${host}\n`).join('') },
  }),
}

/** An endpoint says its targets itself; without any it has the default ones. */
export const dnsEndpoints: MatrixKind = {
  title: 'DNSEndpoint',
  kind: dnsEndpoint,
  decides: { annotation: 'itself', status: 'itself', controller: 'itself', default: 'default' },
  object: (asked) => ({
    metadata: { annotations: annotationsFor(asked) },
    spec: {
      endpoints: asked.hosts.map((dnsName) => ({
        dnsName,
        recordType: 'A',
        targets: asked.source === 'default' ? [] : [asked.at.itself],
      })),
    },
  }),
}
