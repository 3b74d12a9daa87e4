// time limit: 1200 s
import { once } from 'node:events'
import { connect } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { corefileOf, startCoreDns } from '../../../deploy/local/coredns.ts'
import { startEtcd } from '../../../deploy/local/etcd.ts'
import { startSupervisor } from '../../../deploy/local/supervisor.ts'
import { etcdCall, resolve4 } from './fixtures/names.ts'
import { temporaryFolder } from './fixtures/processes.ts'
import { realServers } from './fixtures/real-servers.ts'

const servers = await realServers(['etcd', 'coredns'])
const test = suite('CoreDNS of the local stack')
const key = '/skydns/local/cluster/shop/k1'

test('with a cache a name that is gone still answers, which is why there is none', async () => {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const etcd = await startEtcd({ ...servers, supervisor })
  const names = { zones: ['cluster.local'], endpoints: [etcd.endpoint] }
  const start = (name: string, cacheSeconds?: number) =>
    startCoreDns({
      ...servers,
      supervisor,
      name,
      corefile: (port) => corefileOf({ ...names, ...(cacheSeconds && { cacheSeconds }) }, port),
    })
  const [usual, caching] = await Promise.all([start('usual'), start('caching', 30)])
  const answers = async () => ({
    usual: await resolve4(usual, 'shop.cluster.local'),
    caching: await resolve4(caching, 'shop.cluster.local'),
  })
  assert.equal(await answers(), { usual: 'ENOTFOUND', caching: 'ENOTFOUND' })
  await etcdCall(etcd, 'put', key, { host: '172.19.1.100', ttl: 30 })
  assert.equal(await answers(), { usual: ['172.19.1.100'], caching: ['172.19.1.100'] })
  await etcdCall(etcd, 'deleterange', key)
  assert.equal(await answers(), { usual: 'ENOTFOUND', caching: ['172.19.1.100'] })
})

test('answers over TCP and UDP on one port', async () => {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const corefile = (port: number) => `example:${port} {\n  bind 127.0.0.1\n  whoami\n}\n`
  const coredns = await startCoreDns({ ...servers, supervisor, corefile })
  assert.is(await resolve4(coredns, 'a.example'), 'ENODATA') // UDP
  assert.is(await tcpAnswer(coredns.port), 'an answer')
})

/** A question for `a.example`, A, by hand: the resolver only takes TCP when it has to. */
async function tcpAnswer(port: number): Promise<string> {
  const question = Buffer.from(
    '0001 0000 0001 0000 0000 0000 0161076578616d706c6500 0001 0001'.replaceAll(' ', ''),
    'hex',
  )
  const length = Buffer.alloc(2)
  length.writeUInt16BE(question.length)
  const socket = connect(port, '127.0.0.1')
  socket.end(Buffer.concat([length, question]))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  return answer.readUInt16BE(2) === 1 ? 'an answer' : answer.toString('hex')
}

test.run()
