import { type Attempt, trap, trapped } from './attempt.ts'
import type { Wish } from './mallory.ts'

const [m, shop] = ['m.cluster.local', 'till.cluster.local']

const pointing = (
  tries: string,
  status: readonly object[],
  answer: string,
  shown: readonly string[] = [],
): Attempt => ({
  tries,
  does: (mallory) => mallory.applies({ hosts: [m], status }),
  answers: { [m]: answer },
  shown,
})

const refused = (tries: string, ...status: readonly object[]): Attempt =>
  pointing(tries, status, 'NXDOMAIN', ['invalid-target'])

/** A name of his own, with an annotation of ExternalDNS that says more. */
const annotated = (
  tries: string,
  annotations: object,
  asked: Attempt['answers'] = {},
  shown: readonly string[] = [],
): Attempt => ({
  tries,
  does: (mallory) => mallory.applies({ hosts: [m], metadata: { annotations } }),
  answers: { [m]: trapped, ...asked },
  shown,
})

const prefix = 'external-dns.alpha.kubernetes.io'
const link = (from: number, to: number): Wish => ({
  name: `m${from}`,
  hosts: [`m${from}.cluster.local`],
  status: [{ hostname: `m${to}.cluster.local` }],
})

export const targets: readonly Attempt[] = [
  pointing(
    'an alias to the victim’s name: it is no secret, and the victim’s stays as it is',
    [{ hostname: shop }],
    `CNAME ${shop}, ${shop} A 172.19.1.100`,
  ),
  refused('an alias to itself', { hostname: m }),
  refused('an alias to a name below itself', { hostname: `x.${m}` }),
  refused('an alias to a wildcard, which CoreDNS would look up', { hostname: `*.cluster.local` }),
  refused('an alias to CoreDNS’s other wildcard', { hostname: 'any.any.cluster.local' }),
  refused('two aliases', { hostname: 'a.example.org' }, { hostname: 'b.example.org' }),
  pointing(
    'an alias to a name of the cluster: CoreDNS resolves names of a zone in that zone only',
    [{ hostname: 'kubernetes.default.svc.cluster.local' }],
    'NODATA',
  ),
  pointing('an alias to the outside', [{ hostname: 'evil.example.org' }], 'CNAME evil.example.org'),
  {
    tries: 'two aliases that go round in a circle',
    async does(mallory) {
      await mallory.applies(link(1, 2))
      await mallory.applies(link(2, 1))
    },
    answers: { 'm1.cluster.local': 'NODATA', 'AAAA m2.cluster.local': 'NODATA' },
  },
  {
    tries: 'a chain of twelve aliases to the victim’s name, of which CoreDNS follows ten',
    async does(mallory) {
      for (let index = 1; index < 12; index++) await mallory.applies(link(index, index + 1))
      await mallory.applies({
        name: 'm12',
        hosts: ['m12.cluster.local'],
        status: [{ hostname: shop }],
      })
    },
    answers: { 'm1.cluster.local': 'NODATA' },
  },
  refused('an address with a zone', { ip: 'fe80::1%eth0' }),
  refused('an address with leading zeros, octal for some', { ip: '010.06.06.06' }),
  refused('a network', { ip: '10.6.6.0/24' }),
  refused('an address with a port', { ip: '10.6.6.6:53' }),
  refused('a way up for an address', { ip: '../../registry' }),
  refused('an answer in JSON', { ip: '10.6.6.6","ttl":4294967295,"x":"' }),
  refused('a name of 300 octets', { hostname: `${'a.'.repeat(149)}cc` }),
  pointing('an IPv4 address in IPv6’s clothes', [{ ip: `::ffff:${trap}` }], trapped),
  pointing(
    'this machine’s own address: target networks are not policed',
    [{ ip: '127.0.0.1' }],
    'A 127.0.0.1',
  ),
  pointing(
    'the cloud’s metadata: target networks are not policed',
    [{ ip: '169.254.169.254' }],
    'A 169.254.169.254',
  ),
  pointing(
    '33 addresses',
    Array.from({ length: 33 }, (_, index) => ({ ip: `10.6.6.${index}` })),
    'NXDOMAIN',
    ['too-many-targets'],
  ),
  pointing(
    '2,000 addresses',
    Array.from({ length: 2_000 }, (_, index) => ({ ip: `10.6.${index >> 8}.${index & 255}` })),
    'NXDOMAIN',
    ['too-many-targets'],
  ),
  {
    tries: 'more addresses than a name may have, by two objects',
    async does(mallory) {
      const addresses = (from: number) =>
        Array.from({ length: 20 }, (_, index) => ({ ip: `10.6.6.${from + index}` }))
      await mallory.applies({ hosts: [m], status: addresses(0).slice(0, 1) })
      await mallory.applies({ name: 'more', hosts: [m], status: addresses(50) })
      await mallory.applies({ name: 'most', hosts: [m], status: addresses(100) })
    },
    answers: {
      [m]: ['10.6.6.0', ...Array.from({ length: 20 }, (_, index) => `10.6.6.${50 + index}`)]
        .map((address) => `A ${address}`)
        .join(', '),
    },
    shown: ['taken'],
  },
  annotated('the victim’s host by annotation', { [`${prefix}/hostname`]: shop }, {}, ['taken']),
  annotated(
    'a name of the cluster by annotation',
    { [`${prefix}/hostname`]: 'kube-dns.kube-system.svc.cluster.local' },
    {},
    ['reserved'],
  ),
  annotated(
    'another target by annotation: as good as one by status, policy.targets decides',
    { [`${prefix}/target`]: '10.6.6.7' },
    { [m]: 'A 10.6.6.7' },
  ),
  annotated(
    'a TXT in the place of a target',
    { [`${prefix}/target`]: 'TXT v=spf1' },
    { [m]: 'NXDOMAIN' },
    ['invalid-target'],
  ),
  annotated(
    'an alias to the name itself by annotation',
    { [`${prefix}/target`]: m },
    { [m]: 'NXDOMAIN' },
    ['invalid-target'],
  ),
  annotated('a TTL of 0 by annotation', { [`${prefix}/ttl`]: '0' }, {}, ['invalid-annotation']),
  annotated('a TTL of 2^31 by annotation', { [`${prefix}/ttl`]: String(2 ** 31) }, {}, [
    'invalid-annotation',
  ]),
  annotated('the victim’s group by annotation', { [`${prefix}/coredns-group`]: shop }),
  annotated(
    'a PTR by annotation',
    { [`${prefix}/record-type`]: 'ptr' },
    { [`PTR ${m}`]: 'NXDOMAIN' },
  ),
  annotated(
    'a TXT and an SRV by annotation',
    { [`${prefix}/txt`]: 'v=spf1 +all', [`${prefix}/srv`]: `0 0 53 ${shop}` },
    { [`TXT ${m}`]: 'NODATA' },
  ),
]
