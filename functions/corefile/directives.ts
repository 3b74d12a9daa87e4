/**
 * In which order CoreDNS asks its plugins, whatever their order in the file (core/dnsserver/zdirectives.go of 1.14.7;
 * of before, the common ones stand in the same order).
 */
export const directives: readonly string[] = [
  ...[
    'root',
    'metadata',
    'geoip',
    'cancel',
    'proxyproto',
    'quic',
    'grpc_server',
    'https',
    'https3',
  ],
  ...[
    'timeouts',
    'multisocket',
    'reload',
    'nsid',
    'bufsize',
    'bind',
    'debug',
    'trace',
    'ready',
    'health',
  ],
  ...['pprof', 'shed', 'prometheus', 'errors', 'log', 'dnstap', 'local', 'dns64', 'any', 'chaos'],
  ...[
    'loadbalance',
    'tsig',
    'rewrite',
    'autopath',
    'acl',
    'cache',
    'header',
    'dnssec',
    'tls',
    'minimal',
  ],
  ...[
    'template',
    'transfer',
    'hosts',
    'route53',
    'azure',
    'clouddns',
    'k8s_external',
    'kubernetes',
  ],
  ...[
    'file',
    'auto',
    'secondary',
    'etcd',
    'loop',
    'forward',
    'grpc',
    'erratic',
    'whoami',
    'on',
    'sign',
  ],
  ...['view', 'nomad'],
]

/** Whether a plugin is asked before another; one that is unknown may be. */
export const isBefore = (plugin: string, other: string): boolean =>
  directives.indexOf(plugin) < directives.indexOf(other)
