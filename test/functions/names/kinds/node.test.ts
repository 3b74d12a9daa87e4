import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseTemplate } from '../../../../functions/names/asking/template.ts'
import { nameKinds } from '../../../../functions/names/kinds/index.ts'
import type { AskSettings } from '../../../../functions/names/kinds/kind.ts'
import { node } from '../../../../functions/names/kinds/node.ts'
import { findAmong } from '../../../support/find-among.ts'

const template = parseTemplate('{{.Name}}.nodes.example')
if ('wrong' in template) throw new Error(template.wrong)
const settings: AskSettings = {
  ttlSeconds: 30,
  targets: {
    order: ['annotation', 'controller', 'default', 'status'],
    default: ['172.19.1.100'],
    controllers: new Map(),
  },
  template,
}

function outcome(object: unknown, also: Partial<AskSettings> = {}): string[] {
  const { find } = findAmong({})
  const context = { find, kind: 'Node', settings: { ...settings, ...also } }
  const { asks, refused } = node.asks(node.schema.parse(object), context)
  return [
    ...asks.map(({ host, targets }) => `${host} → ${targets.join(', ')}`),
    ...refused.map(({ host, reason }) => `${host}: ${reason}`),
  ]
}

const named = (annotations: Readonly<Record<string, string>> = {}) => ({
  metadata: { name: 'kubemaster', annotations },
})
const status = (...addresses: (readonly [string, string])[]) => ({
  status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
})
const inside = status(['InternalIP', '192.168.0.1'], ['Hostname', 'kubemaster'])
const prefix = 'external-dns.alpha.kubernetes.io/'

const rows: readonly (readonly [what: string, object: unknown, ...outcome: string[]])[] = [
  ['leads to its address', { ...named(), ...inside }, 'kubemaster.nodes.example → 192.168.0.1'],
  [
    'leads to its address outside, if it has one',
    {
      ...named(),
      ...status(
        ['InternalIP', '192.168.0.1'],
        ['ExternalIP', '203.0.113.1'],
        ['ExternalDNS', 'a.example'],
      ),
    },
    'kubemaster.nodes.example → 203.0.113.1',
  ],
  [
    'leads to its addresses of both families',
    { ...named(), ...status(['InternalIP', '192.168.0.1'], ['InternalIP', 'fd00::1']) },
    'kubemaster.nodes.example → 192.168.0.1, fd00::1',
  ],
  [
    'without an address is refused, and gets no default target',
    { ...named(), ...status(['Hostname', 'a']) },
    'kubemaster.nodes.example: no-target',
  ],
  [
    'without a status is refused',
    { ...named(), status: null },
    'kubemaster.nodes.example: no-target',
  ],
  [
    'that takes no new Pods is refused',
    { ...named(), ...inside, spec: { unschedulable: true } },
    'kubemaster.nodes.example: no-target',
  ],
  [
    'leads where its annotation says',
    { ...named({ [`${prefix}target`]: '10.9.9.9' }), ...inside },
    'kubemaster.nodes.example → 10.9.9.9',
  ],
  [
    'has the names of its annotation',
    { ...named({ [`${prefix}hostname`]: 'km.example' }), ...inside },
    'km.example → 192.168.0.1',
  ],
  [
    'left to another controller asks for nothing',
    { ...named({ [`${prefix}controller`]: 'other' }), ...inside },
  ],
]

const test = suite('a Node')
for (const [what, object, ...expected] of rows) {
  test(what, () => assert.equal(outcome(object), expected))
}

test('has no name without a template', () => {
  assert.equal(outcome({ ...named(), ...inside }, { template: undefined }), [])
})

test('is read only where it is asked for, and lies in no namespace', () => {
  assert.equal([node.offByDefault, node.clusterWide], [true, true])
  assert.equal(nameKinds.filter(({ offByDefault }) => offByDefault).includes(node), true)
})

test.run()
