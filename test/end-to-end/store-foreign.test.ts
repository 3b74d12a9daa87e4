// time limit: 1200 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { corefileOf, startCoreDns } from '../../deploy/local/coredns.ts'
import { startEtcd } from '../../deploy/local/etcd.ts'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import { resolve4 } from '../deploy/local/fixtures/names.ts'
import { temporaryFolder } from '../deploy/local/fixtures/processes.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { usualTarget } from './an-ingress.ts'
import { type Straight, startStraight } from './straight.ts'
import { toldIngress } from './straight-ingress.ts'

const servers = await realServers(['etcd', 'coredns'])
const test = suite('what others put into the store')
const zones = ['cluster.local']
const base = '/skydns/local/cluster'

interface Shared {
  readonly straight: Straight
  readonly answers: (host: string) => Promise<string[] | string>
  readonly put: (key: Buffer | string, value: Buffer | string) => Promise<void>
  /** In hexadecimal, so that nothing is lost of what is no text. */
  readonly all: (prefix: string) => Promise<Readonly<Record<string, string>>>
}

async function shared(use: (world: Shared) => Promise<void>): Promise<void> {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const { endpoint } = await startEtcd({ ...servers, supervisor })
  const corefile = (port: number) => corefileOf({ zones, endpoints: [endpoint] }, port)
  const coredns = await startCoreDns({ ...servers, supervisor, corefile })
  const straight = await startStraight({ etcd: endpoint, zones })
  const call = async (what: string, body: object) => {
    const answer = await fetch(`${endpoint}/v3/kv/${what}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    assert.ok(answer.ok)
    return (await answer.json()) as { kvs?: { key: string; value?: string }[] }
  }
  const base64 = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64')
  const hex = (text = '') => Buffer.from(text, 'base64').toString('hex')
  try {
    await use({
      straight,
      answers: (host) => resolve4(coredns, host),
      put: async (key, value) =>
        void (await call('put', { key: base64(key), value: base64(value) })),
      async all(prefix) {
        const body = { key: base64(prefix), range_end: base64(`${prefix.slice(0, -1)}0`) }
        const { kvs = [] } = await call('range', body)
        return Object.fromEntries(kvs.map(({ key, value }) => [hex(key), hex(value)]))
      },
    })
  } finally {
    await straight.close()
  }
}

const oddKeys = [
  '/skydns/',
  '/skydns//',
  '/skydns//local//cluster/a/',
  `${base}/ÄÖ/\u{1f600}`,
  `${base}/UPPER/..//x`,
  `${base}/${'long/'.repeat(400)}x`,
  Buffer.from([...Buffer.from(`${base}/`), 0xff, 0x00, 0xfe]),
  Buffer.from([...Buffer.from(`${base}/`), 0xff, 0xff]),
]
const oddValues = [
  '',
  'hello',
  '[]',
  '{"host":5}',
  '{"host":"10.9.9.9","ttl":"60"}',
  Buffer.of(0, 0xff, 0xfe),
]
const hexOf = (key: Buffer | string) => Buffer.from(key).toString('hex')

test('is never changed, does not keep us from our work, and is told where it does harm', () =>
  shared(async ({ straight, put, all, answers }) => {
    await straight.tell('add', toldIngress('before', 'before.cluster.local'))
    for (const key of oddKeys) await put(key, '{"host":"10.9.9.9"}')
    for (const [i, value] of oddValues.entries()) await put(`${base}/odd-${i}/k`, value)
    await put('/skydns/zone/other/x', '{"host":"10.9.9.9","targetstrip":1}')
    const theirs = await all('/skydns/')

    const { hosts } = await straight.records.audit()
    assert.is(hosts, 1)
    await straight.tell('add', toldIngress('after', ['after.cluster.local', 'odd-0.cluster.local']))
    for (const name of ['before', 'after'])
      assert.equal(await answers(`${name}.cluster.local`), [usualTarget])
    for (const i of oddValues.keys())
      assert.is(await answers(`odd-${i}.cluster.local`), 'ESERVFAIL')
    const told = straight.log.lines
      .map(([, { key }]) => key)
      .filter((key) => String(key).startsWith(base))
    assert.equal(
      told.map(String).sort(),
      oddValues.map((_, i) => `${base}/odd-${i}/k`),
    )
    const { values } = await straight.metrics.foreign.get()
    assert.is(values.find(({ labels }) => labels.kind === 'unreadable')?.value, oddValues.length)

    await straight.tell('delete', toldIngress('before', []))
    await straight.tell('delete', toldIngress('after', []))
    await straight.records.audit()
    const left = await all('/skydns/')
    for (const key of [...oddKeys, ...oddValues.map((_, i) => `${base}/odd-${i}/k`)])
      assert.is(left[hexOf(key)], theirs[hexOf(key)] ?? 'is gone')
  }))

test('may be far more than we could hold', () =>
  shared(async ({ straight, put, answers }) => {
    const value = JSON.stringify({ host: '10.9.9.9', text: 'x'.repeat(1024 * 1024) })
    await straight.tell('add', toldIngress('web', 'web.cluster.local'))
    for (let i = 0; i < 80; i++) await put(`/skydns/zone/other/${i}`, value)
    assert.is((await straight.records.audit()).hosts, 1)
    await straight.tell('add', toldIngress('web', ['web.cluster.local', 'too.cluster.local']))
    assert.equal(await answers('too.cluster.local'), [usualTarget])
    const { values } = await straight.metrics.foreign.get()
    assert.is(values.find(({ labels }) => labels.kind === 'readable')?.value, 80)
  }))

const state = '/k2s-dns/k2s-dns'

test('below our own prefix is no reason to stop, and takes no name away', () =>
  shared(async ({ straight, put, all, answers }) => {
    await straight.tell('add', toldIngress('web', 'web.cluster.local'))
    await straight.records.audit()
    const document = '{"uid":"u","era":0,"version":"1","hosts":["x.cluster.local"]}'
    const claims = '{"claims":[{"owner":"ingress/a/b","uid":"u","targets":["10.9.9.9"],"ttl":30}]}'
    for (const part of ['ingress/%zz/x', 'ingress/a', 'ingress/a/b/c', 'ingress/%ff/x', '/'])
      await put(`${state}/owners/${part}`, document)
    for (const value of oddValues) await put(`${state}/owners/ingress/odd/x`, value)
    for (const part of [
      '',
      'local//x',
      'local/cluster/UPPER',
      'local/cluster/..',
      'local/cluster/ä',
    ])
      await put(`${state}/hosts/${part}`, claims)
    await put(Buffer.from([...Buffer.from(`${state}/hosts/`), 0xff]), claims)
    const before = Object.keys(await all('/skydns/'))

    await put(`${state}/hosts/local/cluster/web`, 'hello')
    await straight.records.audit()
    assert.equal(await answers('web.cluster.local'), [usualTarget])
    assert.equal(Object.keys(await all('/skydns/')), before)
    assert.equal(
      (await straight.records.remembered('Ingress')).map(({ owner }) => owner.name),
      ['web'],
    )
    await straight.tell(
      'update',
      toldIngress('web', 'web.cluster.local', { targets: ['10.0.0.7'] }),
    )
    await straight.records.audit() // now it is known whose the record is that was left
    assert.equal(await answers('web.cluster.local'), ['10.0.0.7'])
    await straight.tell('delete', toldIngress('web', []))
    assert.is(await answers('web.cluster.local'), 'ENOTFOUND')
  }))

test.run()
