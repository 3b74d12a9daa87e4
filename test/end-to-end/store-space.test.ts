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
import { etcdAdmin } from './etcd-admin.ts'
import { etcdKeys } from './etcd-keys.ts'
import { eventually } from './eventually.ts'
import { namesIn } from './names.ts'
import { startStraight } from './straight.ts'
import { toldIngress } from './straight-ingress.ts'

const servers = await realServers(['etcd', 'coredns'])
const test = suite('an etcd that is full')
const zones = ['cluster.local']

test('keeps its names, says what it needs, and goes on by itself once it has it', async () => {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const etcd = await startEtcd({ ...servers, supervisor, args: ['--quota-backend-bytes=4000000'] })
  const endpoints = [etcd.endpoint]
  const corefile = (port: number) => corefileOf({ zones, endpoints }, port)
  const coredns = await startCoreDns({ ...servers, supervisor, corefile })
  const admin = etcdAdmin(etcd)
  const straight = await startStraight({ etcd: etcd.endpoint, zones })
  try {
    await straight.tell('add', toldIngress('stays', 'stays.cluster.local'))
    await straight.tell('add', toldIngress('goes', 'goes.cluster.local'))
    await admin.fill('/filler/')

    const changing = Promise.all([
      straight.tell('add', toldIngress('comes', 'comes.cluster.local')),
      straight.tell(
        'update',
        toldIngress('stays', 'stays.cluster.local', { targets: ['10.0.0.7'] }),
      ),
      straight.tell('delete', toldIngress('goes', 'goes.cluster.local')),
    ])
    const remedy = /database space exceeded.*compact, defragment.*etcdctl alarm disarm/s
    await eventually(() => assert.match(String(straight.log.lines), remedy))
    assert.match(await straight.records.check().then(() => 'ready', String), remedy)
    for (const name of ['stays', 'goes'])
      assert.equal(await resolve4(coredns, `${name}.cluster.local`), [usualTarget])

    await admin.makeSpace('/filler/')
    await changing
    await straight.records.check()
    assert.equal(await namesIn(etcdKeys(etcd.endpoint)), {
      'stays.cluster.local': ['10.0.0.7'],
      'comes.cluster.local': [usualTarget],
    })
    assert.is((await straight.records.audit()).hosts, 2)
  } finally {
    await straight.close()
  }
})

test.run()
