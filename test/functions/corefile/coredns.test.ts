// time limit: 1200 s
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startEtcd } from '../../../deploy/local/etcd.ts'
import { freePorts } from '../../../deploy/local/free-ports.ts'
import { startSupervisor } from '../../../deploy/local/supervisor.ts'
import { ensure } from '../../../functions/corefile/ensure.ts'
import { CorefileError } from '../../../functions/corefile/syntax/cursor.ts'
import type { Configuration } from '../../../functions/corefile/wish.ts'
import { certificates } from '../../deploy/local/fixtures/certificates.ts'
import { etcdCall } from '../../deploy/local/fixtures/names.ts'
import { temporaryFolder } from '../../deploy/local/fixtures/processes.ts'
import { realServers } from '../../deploy/local/fixtures/real-servers.ts'
import { dead } from './cases.ts'
import { aWish, endpoint, fixtures } from './fixtures.ts'
import { type Here, type Localised, localise } from './local.ts'
import { ask, runCoreDns } from './run-coredns.ts'

const servers = await realServers(['etcd', 'coredns'])
const folder = temporaryFolder().path
const custom = path.join(folder, 'custom')
mkdirSync(custom)
const tls = certificates(folder)
const supervisor = await startSupervisor({ directory: folder })
const etcd = await startEtcd({ ...servers, supervisor })
await etcdCall(etcd, 'put', '/skydns/local/cluster/shop/k1', { host: '10.1.2.3' })
await etcdCall(etcd, 'put', '/skydns/example/apps/shop/k1', { host: '10.1.2.3' })

/** Certificates, and another etcd, which asks for none. */
const texts = {
  [endpoint]: etcd.endpoint,
  'http://10.0.0.9:2379': etcd.endpoint,
  '/etc/kubernetes/pki/etcd-client/tls.crt': tls.cert,
  '/etc/kubernetes/pki/etcd-client/tls.key': tls.key,
  '/etc/kubernetes/pki/etcd-ca/tls.crt': tls.ca,
  'tls CERT KEY': `tls ${tls.cert} ${tls.key}`,
  '/etc/coredns': folder,
  __PILLAR__CLUSTER__DNS__: '10.96.0.11',
}

/** As it is if CoreDNS can't read it: then it opens no port. */
function hereOf(source: string, here: Here): Localised {
  try {
    return localise(source, here)
  } catch (error) {
    if (error instanceof CorefileError) return { text: source, dnsPorts: [] }
    throw error
  }
}

/** Why CoreDNS doesn't start with it, or what `shop` in the zone answers. */
async function outcomeOf({ corefile, custom: keys = {} }: Configuration, zone: string) {
  const here: Here = { ports: await freePorts(8), texts }
  const { text, dnsPorts } = hereOf(corefile, here)
  for (const [key, value] of Object.entries(keys)) {
    writeFileSync(path.join(custom, key), hereOf(value, here).text)
  }
  let answer: readonly string[] = []
  const fault = await runCoreDns(servers.coredns, folder, text, {
    started: async () => {
      answer = await ask(dnsPorts, `shop.${zone}`)
    },
  })
  for (const key of Object.keys(keys)) rmSync(path.join(custom, key))
  return fault ?? answer
}

const test = suite('the real CoreDNS')
test.after(async () => {
  await supervisor.stop()
  rmSync(folder, { recursive: true })
})

for (const [name, corefile] of Object.entries(fixtures)) {
  const expected = dead[name]
  test(`${expected ? 'does not start' : 'starts'} with ${name}`, async () => {
    const outcome = await outcomeOf({ corefile }, 'invalid')
    if (expected) assert.match(String(outcome), expected)
    else assert.type(outcome, 'object', String(outcome))
  })
  for (const zone of ['cluster.local', 'apps.example']) {
    const ensured = ensure({ corefile, custom: {} }, aWish([zone], { serveStale: '1h verify' }))
    if (ensured.kind === 'refused' || expected) continue
    test(`answers names of ${zone} with ${name}, ${ensured.kind}`, async () => {
      const served = ensured.kind === 'edited' ? ensured.configuration : { corefile }
      assert.equal(await outcomeOf(served, zone), ['10.1.2.3'])
    })
  }
}

test.run()
