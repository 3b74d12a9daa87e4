// time limit: 1200 s
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { request } from 'node:https'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Stack, startStack } from '../../../deploy/local/stack.ts'
import { until } from '../../../deploy/local/until.ts'
import { etcdCall, resolve4 } from './fixtures/names.ts'
import { firstLine, isAlive, killAndWait, temporaryFolder } from './fixtures/processes.ts'
import { realServers } from './fixtures/real-servers.ts'

const zones = ['cluster.local', 'apps.example']
const servers = await realServers()
const test = suite<{ stack: Stack }>('the local stack')

test.before(async (context) => {
  context.stack = await startStack({ servers, zones })
})
test.after(({ stack }) => stack?.stop())

test('etcd holds what CoreDNS answers, for each zone and at once after a change', async ({
  stack,
}) => {
  for (const zone of zones) {
    const key = `/skydns/${zone.split('.').reverse().join('/')}/shop/k1`
    await etcdCall(stack.etcd, 'put', key, { host: '172.19.1.100', ttl: 30 })
    assert.equal(await answerOf(stack, `shop.${zone}`), ['172.19.1.100'])
    await etcdCall(stack.etcd, 'deleterange', key)
    assert.is(await answerOf(stack, `shop.${zone}`), 'ENOTFOUND')
  }
  assert.is(await answerOf(stack, 'elsewhere.example'), 'EREFUSED')
})

test('kube-apiserver has the version that it was built from', async ({ stack }) => {
  const { body } = await kubeGet(stack.apiserver.adminKubeconfig, '/version')
  assert.match(body, /"gitVersion": "v1\.\d+\.\d+/)
  assert.not.match(body, /"gitVersion": "v0/)
})

test('the functions may do nothing that no binding grants them', async ({ stack }) => {
  const { adminKubeconfig, functionsKubeconfig } = stack.apiserver
  const ingresses = '/apis/networking.k8s.io/v1/ingresses'
  assert.is((await kubeGet(adminKubeconfig, ingresses)).status, 200)
  const refusal = await kubeGet(functionsKubeconfig, ingresses)
  assert.is(refusal.status, 403)
  assert.match(refusal.body, 'system:serviceaccount:k2s-dns:k2s-dns')
})

test('its data and tokens are private, and it listens on the loopback only', ({ stack }) => {
  const mode = (file: string) => (statSync(file).mode & 0o777).toString(8)
  assert.is(mode(stack.directory), '700')
  assert.is(mode(stack.apiserver.adminKubeconfig), '600')
  assert.is(mode(path.join(path.dirname(stack.apiserver.adminKubeconfig), 'tokens.csv')), '600')
  const { etcd, apiserver, coredns } = stack
  for (const { pid } of [etcd.process, apiserver.process, coredns.process]) {
    const listening = listenersOf(pid)
    assert.ok(listening.length > 0, `${pid} listens`)
    assert.equal(new Set(listening), new Set(['127.0.0.1']))
  }
})

test('etcd comes back on its port with its data, after a stop and a kill -9', async ({ stack }) => {
  await etcdCall(stack.etcd, 'put', '/skydns/local/cluster/kept/k1', { host: '10.0.0.1' })
  const { process: etcd } = stack.etcd
  await etcd.stop()
  assert.not(etcd.running)
  await etcd.start()
  await until('answered', () => isKept(stack), { deadlineMs: 30_000 })

  const { pid } = etcd
  etcd.kill('SIGKILL')
  assert.is((await etcd.exited).signal, 'SIGKILL')
  await etcd.start()
  assert.is.not(etcd.pid, pid)
  await until('answered', () => isKept(stack), { deadlineMs: 30_000 })
})

/** CoreDNS connects again in its own time. */
const isKept = async (stack: Stack) =>
  (await answerOf(stack, 'kept.cluster.local'))[0] === '10.0.0.1'

test('stops kube-apiserver by itself before etcd, and leaves nothing', async () => {
  const stack = await startStack({ servers, zones })
  const { directory, watchdogPid, etcd, apiserver, coredns } = stack
  const order: string[] = []
  const exits = [etcd, apiserver, coredns].map(async ({ process: { name, exited } }) => {
    const exit = await exited
    order.push(name)
    return exit
  })
  await Promise.all([stack.stop(), stack.stop()])
  const [, apiserverExit, corednsExit] = await Promise.all(exits)
  assert.is(order.at(-1), 'etcd')
  assert.equal(apiserverExit, { code: 0, signal: null })
  assert.equal(corednsExit, { code: 0, signal: null })
  for (const { process: server } of [etcd, apiserver, coredns]) assert.not(isAlive(server.pid))
  assert.not(isAlive(watchdogPid))
  assert.not(existsSync(directory))
})

test('a kill -9 of its parent leaves no server and no data', async () => {
  const fixture = path.join(import.meta.dirname, 'fixtures', 'start-stack.ts')
  const parent = spawn(process.execPath, [fixture], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const { directory, pids } = await firstLine<{ directory: string; pids: number[] }>(parent)
    assert.equal([existsSync(directory), ...pids.map(isAlive)], [true, true, true, true, true])
    await killAndWait(parent)
    await until('gone', () => !existsSync(directory) && !pids.some(isAlive), { deadlineMs: 15_000 })
  } finally {
    await killAndWait(parent)
  }
})

test('a server that fails to start is told with the end of its log, and nothing is left', async () => {
  let directory = ''
  const corefile = (port: number) => `cluster.local:${port} {\n  no-such-plugin\n}\n`
  try {
    await startStack({ servers, zones, corefile })
    assert.unreachable()
  } catch (error) {
    const { name, message } = error as Error
    assert.is(name, 'ServerFailed')
    assert.match(message, /^coredns: ended with exit code 1 before it was ready/)
    assert.match(message, /Unknown directive 'no-such-plugin'/)
    directory = /\/\S+k2s-dns-\w+/.exec(message)?.[0] ?? ''
  }
  assert.is.not(directory, '')
  assert.not(existsSync(directory))
})

test('a stop in the middle of the start leaves no process', async () => {
  using folder = temporaryFolder()
  const stop = new AbortController()
  const starting = startStack({ servers, zones, directory: folder.path, signal: stop.signal })
  const apiserverLog = path.join(folder.path, 'kube-apiserver.log')
  const stopped = until('started', () => existsSync(apiserverLog), { deadlineMs: 15_000 }).then(
    () => stop.abort(new Error('enough')),
  )
  try {
    await starting
    assert.unreachable()
  } catch (error) {
    assert.is(error, stop.signal.reason)
  }
  await stopped
  assert.not.match(execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' }), folder.path)
})

const answerOf = ({ coredns }: Stack, host: string) => resolve4(coredns, host)

/** With the CA and the token of a kubeconfig, as any client would. */
function kubeGet(kubeconfig: string, where: string): Promise<{ status: number; body: string }> {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'))
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster
  const ca = Buffer.from(authority, 'base64')
  const headers = { authorization: `Bearer ${users[0].user.token}` }
  return new Promise((resolve, reject) => {
    request(server + where, { ca, headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
      .on('error', reject)
      .end()
  })
}

/** Local addresses of a process's listening TCP and bound UDP sockets. */
function listenersOf(pid: number): string[] {
  return execFileSync('ss', ['-H', '-lntup'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`pid=${pid},`))
    .map((line) => line.split(/\s+/)[4] ?? '')
    .map((address) => address.slice(0, address.lastIndexOf(':')))
}

test.run()
