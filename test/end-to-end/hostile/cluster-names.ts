import { type Attempt, trapped } from './attempt.ts'

/** A name that is refused, and stays what it was. */
const reserved = (tries: string, host: string, answers = { [host]: 'NXDOMAIN' }): Attempt => ({
  tries,
  does: (mallory) => mallory.applies({ hosts: [host] }),
  answers,
  shown: ['reserved'],
})

const outside = (tries: string, host: string, asked = host): Attempt => ({
  tries,
  does: (mallory) => mallory.applies({ hosts: [host] }),
  answers: { [asked]: 'REFUSED' },
  shown: ['outside-zones'],
})

/** Names that pods make of a public name by their search path. */
const searched = (tries: string, host: string): Attempt => ({
  tries,
  does: (mallory) => mallory.applies({ hosts: [host] }),
  answers: { [host]: 'NXDOMAIN' },
  shown: ['search-path'],
})

export const clusterNames: readonly Attempt[] = [
  reserved('the API server’s own name', 'kubernetes.default.svc.cluster.local'),
  reserved('a service of another namespace', 'shop.shop.svc.cluster.local'),
  reserved('all services at once', 'svc.cluster.local'),
  reserved('a name that looks like a port of a service', 'http.tcp.shop.shop.svc.cluster.local'),
  reserved('a pod’s name', '10-0-0-1.shop.pod.cluster.local'),
  reserved('all pods at once', 'pod.cluster.local'),
  reserved('the version of the cluster’s DNS', 'dns-version.cluster.local', {
    'TXT dns-version.cluster.local': 'NXDOMAIN',
  }),
  reserved('a name server of the zone', 'ns.dns.cluster.local', {
    'ns.dns.cluster.local': 'NXDOMAIN',
    'NS cluster.local': 'NXDOMAIN',
  }),
  reserved('a name server of another zone', 'ns.dns.apps.example', {
    'NS apps.example': 'NXDOMAIN',
  }),
  reserved('where CoreDNS looks for the zone’s addresses', 'apex.dns.cluster.local', {
    'cluster.local': 'NODATA',
    'apex.dns.cluster.local': 'NODATA',
  }),
  reserved('the zone itself', 'cluster.local', { 'cluster.local': 'NODATA' }),
  reserved('the other zone itself', 'apps.example', { 'apps.example': 'NODATA' }),
  reserved('a public name by the search path of all pods', 'google.com.svc.cluster.local'),
  reserved('a public name by a namespace’s search path', 'google.com.shop.svc.cluster.local'),
  searched('a public name by the search path of the cluster', 'google.com.cluster.local'),
  searched('a public suffix with two labels by the search path', 'bank.co.uk.cluster.local'),
  searched('a private suffix of the public list by the search path', 'x.github.io.cluster.local'),
  {
    tries:
      'a whole top level domain by the search path: may be had, since nobody asks for `com` alone',
    does: (mallory) => mallory.applies({ hosts: ['com.cluster.local'] }),
    answers: { 'com.cluster.local': trapped },
    shown: [],
  },
  outside('a public name', 'google.com'),
  outside('a name of another zone', 'shop.example.org'),
  outside('a zone without the dot before it', 'evilcluster.local'),
  outside('the zone’s parent', 'local'),
  outside('a reverse name', '1.0.0.127.in-addr.arpa'),
]
