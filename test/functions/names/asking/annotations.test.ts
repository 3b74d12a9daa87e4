import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { annotationsOf, isForUs } from '../../../../functions/names/asking/annotations.ts'

const none = {
  hostnames: [],
  internalHostnames: [],
  targets: [],
  ttlSeconds: undefined,
  hostnameSource: undefined,
  access: undefined,
  endpointsType: undefined,
}

/** What is read of annotations without their prefix; those that begin with `old:` have the prefix of before 0.22. */
function read(short: Readonly<Record<string, string>>) {
  const { refused, ...rest } = annotationsOf({ annotations: full(short) })
  const told = Object.entries(rest).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(none[key as keyof typeof none]),
  )
  return { ...Object.fromEntries(told), ...(refused.length > 0 && { refused: refused.map(say) }) }
}
const say = ({ host, reason }: { host: string; reason: string }) => `${host}: ${reason}`

const full = (short: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(short).map(([key, value]) => [
      key.startsWith('old:')
        ? key.replace('old:', 'external-dns.alpha.kubernetes.io/')
        : `external-dns.kubernetes.io/${key}`,
      value,
    ]),
  )

type Row = readonly [what: string, annotations: Readonly<Record<string, string>>, read: object]
const mistake = (key: string, prefix = 'external-dns.kubernetes.io/') => ({
  refused: [`${prefix}${key}: invalid-annotation`],
})
const rows: readonly Row[] = [
  ['nothing', {}, {}],
  ['a hostname', { hostname: 'a.local' }, { hostnames: ['a.local'] }],
  ['several', { hostname: 'a.local,b.local' }, { hostnames: ['a.local', 'b.local'] }],
  [
    'blanks and line ends anywhere',
    { hostname: ' a .local,\n\tb.local ' },
    { hostnames: ['a.local', 'b.local'] },
  ],
  ['empty items are left out', { hostname: ',a.local,, ,' }, { hostnames: ['a.local'] }],
  ['an empty hostname is none', { hostname: '' }, {}],
  [
    'a trailing dot stays for who reads names',
    { hostname: 'a.local.' },
    { hostnames: ['a.local.'] },
  ],
  ['an internal hostname', { 'internal-hostname': 'a,b' }, { internalHostnames: ['a', 'b'] }],
  ['targets', { target: '10.0.0.1, fd00::1' }, { targets: ['10.0.0.1', 'fd00::1'] }],
  ['an empty target is none', { target: ' , ' }, {}],
  [
    'the old prefix',
    { 'old:hostname': 'a.local', 'old:ttl': '5' },
    { hostnames: ['a.local'], ttlSeconds: 5 },
  ],
  [
    'the new one before the old',
    { hostname: 'new', 'old:hostname': 'old' },
    { hostnames: ['new'] },
  ],
  [
    'each key by itself',
    { hostname: 'new', 'old:ttl': '5', 'old:target': '10.0.0.1' },
    { hostnames: ['new'], ttlSeconds: 5, targets: ['10.0.0.1'] },
  ],
  ['an empty new one before the old', { hostname: '', 'old:hostname': 'old' }, {}],
  ['a TTL', { ttl: '10m' }, { ttlSeconds: 600 }],
  ['a mistaken TTL', { ttl: 'abc' }, mistake('ttl')],
  ['a TTL of nothing', { ttl: '' }, mistake('ttl')],
  ['a TTL of zero', { ttl: '0' }, mistake('ttl')],
  [
    'a mistake under the old prefix is told by that',
    { 'old:ttl': 'abc' },
    mistake('ttl', 'external-dns.alpha.kubernetes.io/'),
  ],
  [
    'a mistaken new one does not bring the old back',
    { ttl: 'abc', 'old:ttl': '5' },
    mistake('ttl'),
  ],
  [
    'where hosts come from',
    { 'ingress-hostname-source': 'annotation-only' },
    { hostnameSource: 'annotation-only' },
  ],
  [
    'in any case',
    { 'ingress-hostname-source': 'Defined-Hosts-Only' },
    { hostnameSource: 'defined-hosts-only' },
  ],
  [
    'also for routes',
    { 'gateway-hostname-source': 'annotation-only' },
    { hostnameSource: 'annotation-only' },
  ],
  ['from nowhere', { 'ingress-hostname-source': 'foo' }, mistake('ingress-hostname-source')],
  [
    'from nowhere, for routes',
    { 'gateway-hostname-source': '' },
    mistake('gateway-hostname-source'),
  ],
  ['access', { access: 'public' }, { access: 'public' }],
  ['private access', { access: 'Private' }, { access: 'private' }],
  ['no such access', { access: 'x' }, mistake('access')],
  [
    'endpoints at their nodes',
    { 'endpoints-type': 'NodeExternalIP' },
    { endpointsType: 'NodeExternalIP' },
  ],
  ['endpoints at their hosts', { 'endpoints-type': 'HostIP' }, { endpointsType: 'HostIP' }],
  ['no such endpoints', { 'endpoints-type': 'PodIP' }, mistake('endpoints-type')],
  ['pointers, which there are anyway', { 'record-type': 'PTR' }, {}],
  ['no pointers, which can’t be had', { 'record-type': '' }, mistake('record-type')],
  ['what only other providers take', { 'aws-weight': 'x', alias: 'x', 'set-identifier': 'x' }, {}],
  [
    'all mistakes at once',
    { ttl: 'x', access: 'y' },
    { refused: [...mistake('ttl').refused, ...mistake('access').refused] },
  ],
]

const test = suite('annotations')
for (const [what, annotations, expected] of rows) {
  test(what, () => assert.equal(read(annotations), expected))
}

test('are none where an object has none', () => {
  assert.equal(annotationsOf({}), { ...none, refused: [] })
  assert.equal(annotationsOf({ annotations: null }), { ...none, refused: [] })
})

test('that are mistaken say what would be right, without what steers a terminal', () => {
  const { refused } = annotationsOf({ annotations: full({ access: 'pub\x1blic' }) })
  assert.is(refused[0]?.message, '"pub?lic" counts as not set, it should be public or private')
})

const controllers: readonly (readonly [Readonly<Record<string, string>>, boolean])[] = [
  [{}, true],
  [{ controller: 'dns-controller' }, true],
  [{ controller: 'other' }, false],
  [{ controller: '' }, false],
  [{ 'old:controller': 'other' }, false],
  [{ controller: 'dns-controller', 'old:controller': 'other' }, true],
]
for (const [annotations, ours] of controllers) {
  test(`${JSON.stringify(annotations)} is ${ours ? 'for us' : 'for others'}`, () =>
    assert.is(isForUs({ annotations: full(annotations) }), ours))
}
test.run()
