// time limit: 1200 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Etcd, startEtcd } from '../../deploy/local/etcd.ts'
import { type Supervisor, startSupervisor } from '../../deploy/local/supervisor.ts'
import { connectEtcd, type EtcdClient } from '../../runtime/clients/etcd.ts'
import { credentialFiles } from '../../runtime/credentials/files.ts'
import { RetryLater } from '../../runtime/errors.ts'
import { certificates } from '../deploy/local/fixtures/certificates.ts'
import { temporaryFolder } from '../deploy/local/fixtures/processes.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'

const servers = await realServers(['etcd'])
const test = suite('the etcd client')

async function withEtcd(
  options: { tls?: ReturnType<typeof certificates> },
  use: (etcd: Etcd, supervisor: Supervisor) => Promise<void>,
) {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  await use(await startEtcd({ ...servers, ...options, supervisor }), supervisor)
}

async function readAll(client: EtcdClient, prefix: string) {
  const keys: string[] = []
  for await (const page of client.readPrefix(prefix)) keys.push(...page.map(({ key }) => key))
  return keys
}

test('writes nothing at all when one of the keys is not as it was decided from', () =>
  withEtcd({}, async ({ endpoint }) => {
    const client = await connectEtcd({ endpoints: [endpoint] })
    const absent = (key: string) => ({ key, modRevision: '0' })
    const put = (key: string) => ({ key, put: 'x' })
    const revision = await client.transact([absent('/t/a')], [put('/t/a')])
    assert.ok(revision)
    assert.is(await client.transact([absent('/t/a'), absent('/t/b')], [put('/t/b')]), undefined)
    assert.equal(await readAll(client, '/t/'), ['/t/a'])
    assert.is((await client.read(['/t/a'])).get('/t/a')?.modRevision, revision)
    client.close()
  }))

test('reads thousands of keys page by page, and no key of a neighbouring prefix', () =>
  withEtcd({}, async ({ endpoint }) => {
    const client = await connectEtcd({ endpoints: [endpoint] })
    const keys = Array.from({ length: 2_345 }, (_, i) => `/t/${String(i).padStart(5, '0')}`)
    for (let from = 0; from < keys.length; from += 100) {
      await client.transact(
        [],
        keys.slice(from, from + 100).map((key) => ({ key, put: key })),
      )
    }
    await client.transact(
      [],
      ['/s/z', '/t', '/t0', '/ta'].map((key) => ({ key, put: 'foreign' })),
    )
    assert.equal(await readAll(client, '/t/'), keys)
    client.close()
  }))

test('reads several prefixes as they were at one moment', () =>
  withEtcd({}, async ({ endpoint }) => {
    const client = await connectEtcd({ endpoints: [endpoint] })
    await client.transact([], [{ key: '/t/a', put: 'x' }])
    const pages = client.readPrefix('/t/', '/u/')[Symbol.asyncIterator]()
    const first = await pages.next()
    await client.transact([], [{ key: '/u/late', put: 'x' }])
    const second = await pages.next()
    assert.equal(
      [first, second].map(({ value }) => value?.map(({ key }: { key: string }) => key)),
      [['/t/a'], []],
    )
    client.close()
  }))

test('a frozen etcd fails a call within its deadline, and the next success is told', () =>
  withEtcd({}, async ({ endpoint, process }) => {
    const recovered = Promise.withResolvers<void>()
    const client = await connectEtcd({
      endpoints: [endpoint],
      timeoutMs: 300,
      onRecovered: recovered.resolve,
    })
    await client.read(['/t/a'])
    process.kill('SIGSTOP')
    let failure: unknown // the signal goes by way of the watchdog: some reads are answered before
    while (!failure) failure = await client.read(['/t/a']).then(() => undefined, String)
    assert.match(String(failure), `RetryLater: etcd at ${endpoint} did not read`)
    process.kill('SIGCONT')
    while (!(await client.read(['/t/a']).catch(() => undefined)));
    await recovered.promise
    client.close()
  }))

test('no change is lost while the certificate is renewed, and a stranger’s is not taken', async () => {
  using folder = temporaryFolder()
  const tls = certificates(folder.path)
  await withEtcd({ tls }, async ({ endpoint }) => {
    const client = await connectEtcd({ endpoints: [endpoint], credentials: credentialFiles(tls) })
    let writing = true
    let written = 0
    const writer = (async () => {
      while (writing) await client.transact([], [{ key: `/t/${written++}`, put: 'x' }])
    })()
    certificates(folder.path)
    await client.reconnect('/t/a')
    using elsewhere = temporaryFolder()
    const credentials = credentialFiles(certificates(elsewhere.path))
    const stranger = await connectEtcd({ endpoints: [endpoint], credentials })
    assert.instance(await stranger.reconnect('/t/a').catch((error: unknown) => error), RetryLater)
    writing = false
    await writer
    assert.is((await readAll(client, '/t/')).length, written)
    for (const each of [client, stranger]) each.close()
  })
})

test('logs in by name and password where etcd asks for it', () =>
  withEtcd({}, async ({ endpoint }) => {
    const call = async (path: string, body: object) => {
      const init = { method: 'POST', body: JSON.stringify(body) }
      assert.ok((await fetch(`${endpoint}/v3/auth/${path}`, init)).ok, path)
    }
    await call('user/add', { name: 'root', password: 'secret' })
    await call('role/add', { name: 'root' })
    await call('user/grant', { user: 'root', role: 'root' })
    await call('enable', {})
    const login = { username: 'root', password: 'secret' }
    const client = await connectEtcd({ endpoints: [endpoint], ...login })
    assert.ok(await client.transact([], [{ key: '/t/a', put: 'x' }]))
    const nobody = await connectEtcd({ endpoints: [endpoint], ...login, password: 'guessed' })
    const refusal = await nobody.read(['/t/a']).catch((error: unknown) => error)
    assert.instance(refusal, RetryLater)
    assert.not.match(String(refusal), 'guessed')
    for (const each of [client, nobody]) each.close()
  }))

test.run()
