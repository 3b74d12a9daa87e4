import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { annotationsOf, isForUs } from '../../../functions/names/asking/annotations.ts'
import { claimsOf } from '../../../functions/names/asking/ask.ts'
import { type AskSettings, targetSources } from '../../../functions/names/kinds/kind.ts'
import { service } from '../../../functions/names/kinds/service.ts'
import { readTarget, type TargetType } from '../../../functions/names/targets/target.ts'
import { addresses, type Decider } from '../../end-to-end/matrix/addresses.ts'
import { parents } from '../../end-to-end/matrix/gateways.ts'
import { matrixKinds } from '../../end-to-end/matrix/index.ts'
import { type MatrixKind, type Placed, prefix } from '../../end-to-end/matrix/kind.ts'
import type { AnObject } from '../../end-to-end/objects.ts'
import { assertDocumented, tableOf } from '../../support/document.ts'
import { findAmong } from '../../support/find-among.ts'

/** What each kind reads, found by asking it: objects that differ in one thing, and whether the outcome does. */
const test = suite('the page on sources')

const settings: AskSettings = {
  ttlSeconds: 30,
  targets: {
    order: targetSources,
    default: [addresses.default],
    controllers: new Map([['served', { namespace: 'controllers', name: 'front' }]]),
  },
}
const host = 'own.example'
const id = 'shop/web'

const raw = ({ kind, id: at, object }: Placed) => {
  const [name, namespace] = at.split('/').reverse()
  return { ...object, kind: kind.kind, metadata: { ...object.metadata, namespace, name } }
}

/** What an object of a kind comes to, beside what it refers to. */
function outcome({ kind, beside }: MatrixKind, object: AnObject) {
  const front = { spec: { externalIPs: [addresses.controller] } }
  const others = [
    { kind: service, id: 'controllers/front', object: front },
    ...parents(addresses),
    ...(beside?.(id, addresses) ?? []),
  ]
  const among = Map.groupBy(others.map(raw), (each) => each.kind)
  const { find } = findAmong(Object.fromEntries(among))
  const asked = kind.asks(kind.schema.parse(raw({ kind, id, object })), { settings, find })
  return claimsOf(asked, settings)
}

const annotated = (object: AnObject, annotations: Readonly<Record<string, string>>): AnObject => {
  const all = Object.entries(annotations).map(([key, value]) => [prefix + key, value])
  const { metadata = {} } = object
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...Object.fromEntries(all) } },
  }
}

/** Values of each annotation that are no mistake, and not what holds without it. */
const values: Readonly<Record<string, readonly string[]>> = {
  hostname: ['more.example'],
  'internal-hostname': ['inner.example'],
  target: ['10.9.9.9'],
  ttl: ['77'],
  controller: ['somebody-else'],
  'ingress-hostname-source': ['annotation-only', 'defined-hosts-only'],
  'gateway-hostname-source': ['annotation-only', 'defined-hosts-only'],
  access: ['public', 'private'],
  'endpoints-type': ['NodeExternalIP', 'HostIP'],
  'record-type': ['ptr'],
}

test('looks at every annotation that is read', () => {
  const read = new Set<string>()
  const annotations = new Proxy<Record<string, string>>(
    {},
    {
      getOwnPropertyDescriptor(_, key) {
        read.add(String(key))
        return undefined
      },
      has(_, key) {
        read.add(String(key))
        return false
      },
      get(_, key) {
        read.add(String(key))
        return undefined
      },
    },
  )
  annotationsOf({ annotations })
  isForUs({ annotations })
  const keys = [...read].filter((key) => key.startsWith(prefix))
  assert.equal(keys.map((key) => key.slice(prefix.length)).sort(), Object.keys(values).sort())
})

/** Whether any value of an annotation changes what comes of an object, with names of its own and with another annotation. */
function counts(row: MatrixKind, key: string): boolean {
  const alone = row.object({ hosts: [host], source: 'status', at: addresses })
  return [alone, annotated(alone, { hostname: 'another.example' })].some((object) => {
    const without = JSON.stringify(outcome(row, object))
    return (values[key] ?? []).some(
      (value) => JSON.stringify(outcome(row, annotated(object, { [key]: value }))) !== without,
    )
  })
}

/** A target of each type, as a zone file has it. */
const data: Readonly<Record<TargetType, string>> = {
  A: '10.9.9.9',
  AAAA: 'fd00::9',
  CNAME: 'lb.example',
  TXT: '"text"',
  SRV: '0 50 80 own.example',
  MX: '10 own.example',
}

/** How kinds state a target of their own that have a field for it, or get one from the API server. */
const inOwnWords: Readonly<Record<string, (type: TargetType, itself: AnObject) => AnObject>> = {
  ConfigMap: (type) => ({ data: { hosts: `${data[type]} ${host}` } }),
  DNSEndpoint: (type) => ({
    spec: { endpoints: [{ dnsName: host, recordType: type, targets: [data[type]] }] },
  }),
  'Service (NodePort)': (_, itself) => ({
    ...itself,
    spec: { ...Object(itself['spec']), ports: [{ name: 'http', port: 80, nodePort: 30_080 }] },
  }),
}

function typesOf(row: MatrixKind): ReadonlySet<TargetType> {
  const types = Object.keys(data) as TargetType[] // just these
  const itself = row.object({ hosts: [host], source: 'status', at: addresses })
  const stated = types.flatMap((type) => [
    annotated(itself, { target: data[type] }),
    inOwnWords[row.title]?.(type, itself) ?? itself,
  ])
  const claims = [itself, ...stated].flatMap((object) => outcome(row, object).claims)
  return new Set(claims.flatMap(({ targets }) => targets.map((each) => readTarget(each).type)))
}

test('has a table of kinds, annotations and record types', () => {
  const keys = Object.keys(values)
  const types = Object.keys(data) as TargetType[] // just these
  const rows = matrixKinds.map((row) => {
    const found = typesOf(row)
    return [
      row.title,
      ...keys.map((key) => (counts(row, key) ? 'yes' : '')),
      ...types.map((type) => (found.has(type) ? 'yes' : '')),
    ]
  })
  const head = ['kind', ...keys.map((key) => `\`${key}\``), ...types]
  assertDocumented('sources.md', 'kinds', `\n${tableOf(head, rows)}\n`)
})

function deciderOf(row: MatrixKind, source: (typeof targetSources)[number]): Decider {
  const object = row.object({ hosts: [host], source, at: addresses })
  const targets = outcome(row, object).claims.find((claim) => claim.host === host)?.targets
  if (!targets) return 'nothing'
  const decider = Object.entries(addresses).find(([, address]) => targets.includes(address))
  return (decider?.[0] ?? 'itself') as Decider // its keys are deciders
}

test('has a table of kinds and sources of targets', () => {
  const rows = matrixKinds.map((row) => {
    const deciders = targetSources.map((source) => deciderOf(row, source))
    assert.equal(
      deciders,
      targetSources.map((source) => row.decides[source]),
      row.title,
    )
    return [row.title, ...deciders]
  })
  const head = ['kind', ...targetSources.map((source) => `\`${source}\``)]
  assertDocumented('sources.md', 'targets', `\n${tableOf(head, rows)}\n`)
})

test.run()
