/** Defaults for a known kind of cluster, by setting; what is set anywhere goes before them. */
type Profile = Readonly<Record<string, string | readonly string[]>>

export const profileNames = ['k2s'] as const

/**
 * K2s: everything is reached at its control plane, as the Services of its controllers say, and the status of its
 * Ingresses comes late or never. The name of its registry, k2s.registry.local, needs a zone above it, since nobody
 * may have the apex of one. Its hosts ask the Service of kube-dns, to which K2s has a route: its dnsmasq and dnsproxy
 * forward cluster.local only.
 */
export const profiles = {
  k2s: {
    'dns.zones': ['cluster.local', 'registry.local'],
    'targets.order': ['annotation', 'controller', 'default', 'status'],
    'targets.default': ['172.19.1.100'],
    'host.server': '172.21.0.10',
    'host.prove.names': ['k2s.cluster.local'],
    'host.hostsFile.names': ['k2s-registry.local=172.19.1.100', 'k2s-gateway.local=172.19.1.100'],
  },
} satisfies Readonly<Record<(typeof profileNames)[number], Profile>>
