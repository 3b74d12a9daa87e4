// time limit: 1200 s
import { Resolver } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { corefileOf, startCoreDns } from '../../../deploy/local/coredns.ts'
import { startEtcd } from '../../../deploy/local/etcd.ts'
import { startKubeApiserver } from '../../../deploy/local/kube-apiserver.ts'
import { startSupervisor } from '../../../deploy/local/supervisor.ts'
import { certificates } from './fixtures/certificates.ts'
import { temporaryFolder } from './fixtures/processes.ts'
import { realServers } from './fixtures/real-servers.ts'

const servers = await realServers()
const test = suite('etcd with client certificates')

test('lets in kube-apiserver, CoreDNS and us by certificate, and nobody else', async () => {
  using folder = temporaryFolder()
  const tls = certificates(folder.path)
  await using supervisor = await startSupervisor({ directory: folder.path })
  const etcd = await startEtcd({ ...servers, supervisor, tls })
  const { endpoint } = etcd
  assert.match(endpoint, /^https:/)
  const zones = ['cluster.local']
  const corefile = (port: number) => corefileOf({ zones, endpoints: [endpoint], tls }, port)
  const [coredns] = await Promise.all([
    startCoreDns({ ...servers, supervisor, corefile }),
    startKubeApiserver({ ...servers, supervisor, etcd: { endpoint, tls } }),
  ])

  const put = {
    key: Buffer.from('/skydns/local/cluster/shop/k1').toString('base64'),
    value: Buffer.from('{"host":"172.19.1.100"}').toString('base64'),
  }
  const [ca, cert, key] = [tls.ca, tls.cert, tls.key].map((file) => readFileSync(file, 'utf8'))
  const url = `${endpoint}/v3/kv/put`
  assert.match(await post(url, put, { ca }).catch(String), /certificate required|ECONNRESET/i)
  assert.is(await post(url, put, { ca, cert, key }), '200')

  const resolver = new Resolver({ timeout: 5_000, tries: 1 })
  resolver.setServers([`${coredns.address}:${coredns.port}`])
  assert.equal(await resolver.resolve4('shop.cluster.local'), ['172.19.1.100'])
})

interface Credentials {
  readonly ca: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

/** @returns the status */
const post = (url: string, body: unknown, credentials: Credentials): Promise<string> =>
  new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent: false, ...credentials }, (response) => {
      response.resume().on('end', () => resolve(String(response.statusCode)))
    })
      .on('error', reject)
      .end(JSON.stringify(body))
  })

test.run()
