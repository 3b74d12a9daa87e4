import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claimsOf as claimsOfAsked } from '../../../../functions/names/asking/ask.ts'
import { ingress } from '../../../../functions/names/kinds/ingress.ts'
import { askSettings } from '../../../support/asked-alone.ts'

const defaults = { defaultTargets: ['172.19.1.100'], ttlSeconds: 30 }
const none = { defaultTargets: [], ttlSeconds: 30 }
const rules = (...hosts: (string | null | undefined)[]) => ({
  spec: { rules: hosts.map((host) => ({ host })) },
})
const at = (...ingress: { ip?: string; hostname?: string }[]) => ({
  status: { loadBalancer: { ingress } },
})

function claimsOf(object: object, defaults: Parameters<typeof askSettings>[0]) {
  const settings = askSettings(defaults)
  const read = ingress.schema.parse({ metadata: {}, ...object })
  return claimsOfAsked(ingress.asks(read, { settings, find: () => [] }), settings)
}

/** `host → targets` of what is claimed, `host: reason` of what is refused */
function outcome(object: object, settings = defaults): string[] {
  const { claims, refused } = claimsOf(object, settings)
  return [
    ...claims.map(({ host, targets }) => `${host} → ${targets.join(' ')}`),
    ...refused.map(({ host, reason }) => `${host}: ${reason}`),
  ]
}

const rows: readonly (readonly [what: string, object: object, ...outcome: string[]])[] = [
  ['an empty object asks for nothing', {}],
  ['an object of nulls asks for nothing', { spec: null, status: null }],
  ['lists of null ask for nothing', { spec: { rules: null, tls: null } }],
  ['a rule without host asks for nothing', rules(undefined, null, '')],
  ['a host has the default targets without a status', rules('a.local'), 'a.local → 172.19.1.100'],
  [
    'a host has the targets of the status',
    { ...rules('a.local'), ...at({ ip: '10.0.0.2' }, { ip: '10.0.0.1' }) },
    'a.local → 10.0.0.1 10.0.0.2',
  ],
  [
    'an empty status leaves the default targets',
    { ...rules('a.local'), ...at({ ip: '' }, {}) },
    'a.local → 172.19.1.100',
  ],
  [
    'an alias to the name itself is refused',
    { ...rules('a.local'), ...at({ hostname: 'A.local.' }) },
    'a.local: invalid-target',
  ],
  [
    'an alias to a name below is refused, one to a name that ends alike is not',
    { ...rules('a.local', 'x.local'), ...at({ hostname: 'b.a.local' }) },
    'x.local → b.a.local',
    'a.local: invalid-target',
  ],
  [
    'a hostname target is one',
    { ...rules('a.local'), ...at({ hostname: 'LB.example.com' }) },
    'a.local → lb.example.com',
  ],
  [
    'addresses win over a hostname',
    { ...rules('a.local'), ...at({ hostname: 'lb.example.com', ip: '10.0.0.1' }) },
    'a.local → 10.0.0.1',
  ],
  [
    'a bad status refuses each host',
    { ...rules('a.local', 'b.local'), ...at({ hostname: '../x' }) },
    'a.local: invalid-target',
    'b.local: invalid-target',
  ],
  [
    'hosts of tls count too, each host once',
    { spec: { rules: [{ host: 'a.local' }], tls: [{ hosts: ['A.local', 'b.local'] }, {}] } },
    'a.local → 172.19.1.100',
    'b.local → 172.19.1.100',
  ],
  ['a wildcard in tls is no name', { spec: { tls: [{ hosts: ['*.local'] }] } }],
  ['a wildcard in a rule is refused', rules('*.local'), '*.local: wildcard'],
  ['an IDN is refused', rules('bücher.local'), 'bücher.local: invalid-name'],
  ['an empty label is refused', rules('a..local'), 'a..local: invalid-name'],
  ['a leading hyphen is refused', rules('-a.local'), '-a.local: invalid-name'],
  ['a step up is refused', rules('../../k2s-dns'), '../../k2s-dns: invalid-name'],
  ['a slash is refused', rules('a/b.local'), 'a/b.local: invalid-name'],
  ['a control character is not shown', rules('a\x1b.local'), 'a?.local: invalid-name'],
  ['254 octets are refused', rules(`${'a.'.repeat(126)}bc`), `${'a.'.repeat(126)}bc: invalid-name`],
  [
    'a bad host leaves the good ones',
    rules('*.local', 'a.local', 'b/c'),
    'a.local → 172.19.1.100',
    '*.local: wildcard',
    'b/c: invalid-name',
  ],
]

const test = suite('an ingress')
for (const [what, object, ...expected] of rows) {
  test(what, () => assert.equal(outcome(object), expected))
}

test('without any target a host is refused, and not forgotten', () => {
  assert.equal(outcome(rules('a.local'), none), ['a.local: no-target'])
})

test('may have 300 hosts', () => {
  const hosts = Array.from({ length: 300 }, (_, i) => `h${i}.local`)
  assert.equal(
    outcome(rules(...hosts)),
    hosts.map((host) => `${host} → 172.19.1.100`),
  )
})

test('gives its claims the TTL of the settings', () => {
  const { claims } = claimsOf(rules('a.local'), { ...defaults, ttlSeconds: 7 })
  assert.equal(
    claims.map(({ ttlSeconds }) => ttlSeconds),
    [7],
  )
})

const junk: readonly (readonly [what: string, object: unknown])[] = [
  ['no object', 'ingress'],
  ['nothing', undefined],
  ['a list', []],
  ['a spec that is a text', { metadata: {}, spec: 'x' }],
  ['rules that are no list', { metadata: {}, spec: { rules: { host: 'a.local' } } }],
  ['a rule that is nothing', { metadata: {}, spec: { rules: [null] } }],
  ['a host that is a number', { metadata: {}, spec: { rules: [{ host: 5 }] } }],
  ['a host that is a list', { metadata: {}, spec: { rules: [{ host: ['a.local'] }] } }],
  ['a host that is an object', { metadata: {}, spec: { rules: [{ host: { toString: 'x' } }] } }],
  ['tls hosts that are numbers', { metadata: {}, spec: { tls: [{ hosts: [1] }] } }],
  [
    'an address that is a number',
    { metadata: {}, status: { loadBalancer: { ingress: [{ ip: 1 }] } } },
  ],
  ['addresses that are no list', { metadata: {}, status: { loadBalancer: { ingress: 'x' } } }],
]
for (const [what, object] of junk) {
  test(`is none: ${what}`, () => assert.not(ingress.schema.safeParse(object).success))
}

test.run()
