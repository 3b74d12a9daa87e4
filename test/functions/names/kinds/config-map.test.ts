import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claimsOf } from '../../../../functions/names/asking/ask.ts'
import { parseTemplate } from '../../../../functions/names/asking/template.ts'
import { configMap } from '../../../../functions/names/kinds/config-map.ts'
import { hostsFile } from '../../../../functions/names/kinds/hosts-file.ts'
import type { AskSettings, NameKind } from '../../../../functions/names/kinds/kind.ts'
import { findAmong } from '../../../support/find-among.ts'

const template = parseTemplate('{{.Name}}.example')
if ('wrong' in template) throw new Error(template.wrong)
const settings: AskSettings = {
  ttlSeconds: 30,
  targets: {
    order: ['annotation', 'status', 'default'],
    default: ['172.19.1.100'],
    controllers: new Map(),
  },
  template,
}

/** `host → targets ttl` of what is claimed, `host: reason` of what is refused. */
function outcome<T>(kind: NameKind<T>, object: unknown): string[] {
  const { find, asked } = findAmong({})
  const asks = kind.asks(kind.schema.parse(object), { find, kind: kind.kind, settings })
  assert.equal(asked, [])
  const { claims, refused } = claimsOf(asks, settings)
  return [
    ...claims.map(
      ({ host, targets, ttlSeconds }) => `${host} → ${targets.join(', ')} ${ttlSeconds}`,
    ),
    ...refused.map(({ host, reason }) => `${host}: ${reason}`),
  ]
}

const aMap = (data: unknown, annotations: Readonly<Record<string, string>> = {}) => ({
  metadata: { namespace: 'kube-system', name: 'names', annotations },
  data,
})
const prefix = 'external-dns.kubernetes.io/'

const rows: readonly (readonly [what: string, object: unknown, ...outcome: string[]])[] = [
  ['without data asks for nothing', aMap(undefined)],
  ['whose data are null asks for nothing', aMap(null)],
  ['of an empty text asks for nothing, not even by a template', aMap({ hosts: '' })],
  [
    'asks for what it lists',
    aMap({ hosts: '172.19.1.100 k2s.registry.local' }),
    'k2s.registry.local → 172.19.1.100 30',
  ],
  [
    'asks for what all its keys list, a name with the addresses of all',
    aMap({ a: '10.0.0.1 a.local', b: 'fd00::1 a.local\n10.0.0.2 b.local' }),
    'a.local → 10.0.0.1, fd00::1 30',
    'b.local → 10.0.0.2 30',
  ],
  [
    'is refused line by line, and has the others',
    aMap({ hosts: '10.0.0.1 a.local\noops\n', more: '10.0.0.1' }),
    'a.local → 10.0.0.1 30',
    'hosts:2: malformed',
    'more:1: malformed',
  ],
  [
    'is refused a wildcard',
    aMap({ hosts: '10.0.0.1 *.local a.local' }),
    'a.local → 10.0.0.1 30',
    '*.local: wildcard',
  ],
  [
    'is refused what is no name',
    aMap({ hosts: '10.0.0.1 a!b a.local' }),
    'a.local → 10.0.0.1 30',
    'a!b: invalid-name',
  ],
  [
    'has the TTL of its annotation',
    aMap({ hosts: '10.0.0.1 a.local' }, { [`${prefix}ttl`]: '5m' }),
    'a.local → 10.0.0.1 300',
  ],
  [
    'is told of a mistaken TTL',
    aMap({ hosts: '10.0.0.1 a.local' }, { [`${prefix}ttl`]: 'long' }),
    'a.local → 10.0.0.1 30',
    `${prefix}ttl: invalid-annotation`,
  ],
  [
    'left to another controller asks for nothing',
    aMap({ hosts: '10.0.0.1 a.local' }, { [`${prefix}controller`]: 'other' }),
  ],
  [
    'is a list: no annotation adds to it or leads elsewhere',
    aMap(
      { hosts: '10.0.0.1 a.local' },
      { [`${prefix}hostname`]: 'b.local', [`${prefix}target`]: '10.9.9.9' },
    ),
    'a.local → 10.0.0.1 30',
  ],
]

const test = suite('a ConfigMap')
for (const [what, object, ...expected] of rows) {
  test(what, () => assert.equal(outcome(configMap, object), expected))
}

test('is read only with the label', () => assert.is(configMap.label, 'k2s-dns.io/hosts=true'))

test('is none with data that are no texts', () => {
  for (const data of ['x', { hosts: 1 }, [1]])
    assert.not(configMap.schema.safeParse(aMap(data)).success)
})

test('reads as a file does, which the API server does not know', () => {
  const object = { metadata: { namespace: '', name: 'hosts' }, data: '10.0.0.1 a.local\noops' }
  assert.equal(outcome(hostsFile, object), ['a.local → 10.0.0.1 30', 'hosts:2: malformed'])
  assert.equal(hostsFile.versions, [])
})

test.run()
