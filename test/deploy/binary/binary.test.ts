// time limit: 300 s
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildBinaries } from '../../../deploy/binary/build.ts'
import { freePorts } from '../../../deploy/local/free-ports.ts'
import { anIngress, usualTarget } from '../../end-to-end/an-ingress.ts'
import { k2sDns, type Ran } from '../../end-to-end/command-line.ts'
import { eventually } from '../../end-to-end/eventually.ts'
import { startWorld, type World } from '../../end-to-end/world.ts'
import { pki } from '../../support/pki.ts'
import { readPe } from './pe.ts'

interface Context {
  readonly folder: string
  readonly linux: string
  readonly windows: string
  readonly notices: string
  readonly world: World
}

const test = suite<Context>('the binary')

test.before(async (context) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'k2s-dns-binary-'))
  const signal = AbortSignal.timeout(240_000)
  const [linux = '', windows = '', notices = ''] = await buildBinaries({ into: folder, signal })
  const world = await startWorld({ started: false })
  Object.assign(context, { folder, linux, windows, notices, world })
})
test.after(async ({ world, folder }) => {
  await world?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Runs it to its end where there is nothing else: no variable, no Node, no sources. */
const run = ({ linux, folder }: Context, ...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const options = { cwd: folder, env: {}, timeout: 60_000 }
    const child = execFile(linux, args, options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })

test('says what the program from the sources says', async (context) => {
  for (const args of [['--help'], ['run', '--help'], ['nonsense'], ['run', '--http.port=x']]) {
    assert.equal(await run(context, ...args), await k2sDns(...args))
  }
})

test('has no local stack, and says where there is one', async (context) => {
  const { code, stderr } = await run(context, 'local')
  assert.is(code, 1)
  assert.match(stderr, /from the repository: clone it/)
})

test('an ingress’s name answers by its run, and goes', async (context) => {
  const { world, linux } = context
  const { flags } = world.functions
  const [port = 0] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  const functions = await world.stack.supervisor.start({
    name: 'binary',
    command: linux,
    args: ['run', ...flags, `--http.port=${port}`],
    ready: async (signal) => (await fetch(`${url}/readyz`, { signal })).ok,
  })
  const host = 'shop.cluster.local'
  await world.apply(anIngress('web', host))
  await eventually(async () => assert.equal(await world.answers(host), [usualTarget]))

  const records = await run(context, 'records', ...flags, '--output=json')
  assert.is(records.code, 0, records.stderr)
  assert.match(records.stdout, host)
  const trace = await run(context, 'trace', host, ...flags)
  assert.is(trace.code, 0, trace.stderr)
  assert.match(trace.stdout, `${host} answers ${usualTarget}, held by ingress/default/web`)
  const plan = await run(context, 'plan', ...flags, '--exit-code')
  assert.is(plan.code, 0, plan.stderr)
  const invoked = await run(context, 'invoke', 'on-reconcile', `--http.port=${port}`)
  assert.is(invoked.code, 0, invoked.stderr)

  // written with a lease, whose id is a number of 63 bits
  await eventually(async () => {
    assert.is(Object.keys(await world.etcd.all('/k2s-dns/k2s-dns/watched')).length, 1)
  })
  await world.remove('web')
  await eventually(async () => assert.is(await world.answers(host), 'ENOTFOUND'))
  await functions.stop()
  const log = await readFile(path.join(world.stack.directory, 'binary.log'), 'utf8')
  assert.match(log, /"synced"/)
  assert.not.match(log, /"level":"error"/)
})

test('exit codes tell what to do: try again, or what is wrong', async (context) => {
  const away = await run(context, 'records', '--etcd.endpoints=http://127.0.0.1:1')
  assert.is(away.code, 75)
  const where = context.world.functions.flags.filter((flag) => !flag.startsWith('--kubeconfig'))
  const plan = await run(context, 'plan', ...where, '--kubeconfig=/nowhere')
  assert.is(plan.code, 75)
  assert.match(plan.stderr, /no way to the API server by \/nowhere: ENOENT/)
})

test('asks as other programs do, by another process of itself', async (context) => {
  const { address, port } = context.world.stack.coredns
  const { stdout } = await run(
    context,
    'doctor',
    `--host.server=${address}:${port}`,
    `--host.journal=${path.join(context.folder, 'journal')}`,
    '--host.prove.public=localhost',
    '--output=json',
  )
  const { names } = JSON.parse(stdout) as { names: readonly { name: string; isRight: boolean }[] }
  assert.ok(
    names.some(({ name, isRight }) => name === 'localhost' && isRight),
    stdout,
  )
})

test('shows certificates', async (context) => {
  const folder = path.join(context.folder, 'pki')
  await mkdir(folder)
  const issue = pki(folder)
  const ca = issue('the CA', { isCa: true })
  const { certFile, keyFile } = issue('k2s-dns', { by: ca })
  const files = [`--etcd.ca=${ca.certFile}`, `--etcd.cert=${certFile}`, `--etcd.key=${keyFile}`]
  const { code, stdout } = await run(
    context,
    'cert',
    'show',
    ...files,
    '--etcd.endpoints=https://127.0.0.1:1',
  )
  assert.is(code, 1)
  assert.match(stdout, /CN=k2s-dns +by CN=the CA/)
  assert.match(stdout, /they fit each other\netcd does not take them/)
})

test('for Windows it is the same in an unsigned executable', async ({ linux, windows }) => {
  const { signatureBytes, resources } = readPe(await readFile(windows))
  assert.is(signatureBytes, 0)
  const blob = resources.get('NODE_SEA_BLOB')
  assert.ok(blob)
  assert.ok((await readFile(linux)).includes(blob), 'not the blob that the tests above have run')
  const fuse = (await readFile(windows, 'latin1')).match(/NODE_SEA_FUSE_[0-9a-f]{32}:\d/g)
  assert.equal(fuse, ['NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1'])
  assert.not.ok(blob.includes(process.cwd()), 'it knows a path of the machine that it was made on')
})

test('licences of what is in it are beside it', async ({ notices }) => {
  const text = await readFile(notices, 'utf8')
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const [name, version] of Object.entries(dependencies)) {
    assert.match(text, `${name} ${version}, `)
  }
  assert.match(text, /^Node\.js\n\nNode\.js is licensed for use as follows/)
})

test.run()
