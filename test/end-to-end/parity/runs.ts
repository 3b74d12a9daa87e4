/** One way to run both, over the same objects. */
export interface Run {
  readonly what: string
  /** Of the annotations of all objects, and the one that this ExternalDNS reads. */
  readonly prefix: string
  readonly externalDns: readonly string[]
  readonly k2sDns: readonly string[]
}

const old = 'external-dns.alpha.kubernetes.io/'
const current = 'external-dns.kubernetes.io/'
const template = '{{.Name}}.{{.Kind | toLower}}.template.cluster.local'

export const runs: readonly Run[] = [
  { what: 'all kinds', prefix: old, externalDns: [], k2sDns: [] },
  {
    what: 'a template, annotations with the new prefix',
    prefix: current,
    externalDns: [`--fqdn-template=${template}`],
    k2sDns: [`--sources.template=${template}`],
  },
  {
    what: 'an annotation filter, a class, hosts of `tls` ignored',
    prefix: current,
    externalDns: [
      '--annotation-filter=example.com/team in (a,b)',
      '--ingress-class=edge',
      '--ignore-ingress-tls-spec',
    ],
    k2sDns: [
      '--sources.annotationFilter=example.com/team in (a,b)',
      '--sources.ingressClasses=edge',
      '--sources.ignoreIngressTls=true',
    ],
  },
  {
    what: 'a label filter, a template combined, hosts of rules ignored, internal Services published',
    prefix: current,
    externalDns: [
      '--label-filter=team=a',
      `--fqdn-template=${template}`,
      '--combine-fqdn-annotation',
      '--ignore-ingress-rules-spec',
      '--publish-internal-services',
    ],
    k2sDns: [
      '--sources.labelFilter=team=a',
      `--sources.template=${template}`,
      '--sources.combineTemplate=true',
      '--sources.ignoreIngressRules=true',
      '--sources.publishInternalServices=true',
    ],
  },
]

/** What both are told in every run, so that they mean the same: all kinds, no default target. */
export const usual = {
  externalDns: [
    ...['service', 'node', 'crd', 'traefik-proxy'],
    ...['httproute', 'grpcroute', 'tlsroute', 'tcproute', 'udproute'].map(
      (kind) => `gateway-${kind}`,
    ),
  ]
    .map((source) => `--source=${source}`)
    .concat(
      ['A', 'AAAA', 'CNAME', 'TXT', 'SRV', 'MX', 'NS', 'NAPTR'].map(
        (type) => `--managed-record-types=${type}`,
      ),
      ['--registry=noop', '--domain-filter=cluster.local', '--gateway-listener-sets'],
    ),
  k2sDns: [
    '--sources.kinds=Ingress,Service,Node,DNSEndpoint,HTTPRoute,GRPCRoute,TLSRoute,TCPRoute,UDPRoute,Gateway,IngressRoute,IngressRouteTCP,IngressRouteUDP',
    '--targets.order=annotation,status',
    '--dns.ttlSeconds=300', // what CoreDNS answers where nothing is written
    '--guard.share=1', // other settings take most names away at once
    '--reconcile.schedule=0 0 1 1 *',
  ],
}
