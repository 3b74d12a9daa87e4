import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anIngress, usualTarget } from './an-ingress.ts'
import { startWorld, type World } from './world.ts'

const main = path.join(import.meta.dirname, '..', '..', 'runtime', 'main.ts')
const shop = 'shop.cluster.local'
const found = '127.0.0.1 localhost\n'

const test = suite<{ world: World; etc: string }>('k2s-dns cluster, on the host of an instance')

test.before(async (context) => {
  context.world = await startWorld()
})
test.after(({ world }) => world?.stop())
test.before.each((context) => {
  context.etc = path.join(mkdtempSync(path.join(tmpdir(), 'k2s-dns-host-')), 'etc')
  mkdirSync(context.etc)
  writeFileSync(path.join(context.etc, 'hosts'), found)
  writeFileSync(path.join(context.etc, 'resolv.conf'), 'nameserver 127.0.0.1\n')
})
test.after.each(({ etc }) => rmSync(path.dirname(etc), { recursive: true }))

/** With an /etc of its own, in which nobody but the hosts file has a say. */
function cluster(
  { world, etc }: { world: World; etc: string },
  operand: string,
  { server }: { server: string },
) {
  const settings = [
    ...world.functions.flags,
    `--http.port=${new URL(world.functions.url).port}`,
    `--host.server=${server}`,
    `--host.journal=${path.join(path.dirname(etc), 'journal')}`,
    `--host.hostsFile.names=${shop}`,
    '--host.prove.public=',
    '--output=json',
  ]
  const own = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount']
  const shell = ['--propagation', 'private', 'sh', '-c', 'mount --bind "$0" /etc && exec "$@"', etc]
  const command = [process.execPath, main, 'cluster', operand, ...settings]
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile('unshare', [...own, ...shell, ...command], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

const handledBy = (stdout: string): readonly string[] => {
  const { cluster: part } = JSON.parse(stdout) as {
    cluster: { handled: readonly { function: string }[] }
  }
  return part.handled.map((each) => each.function)
}

test('does its own part, and the instance the other one', async ({ world, etc }) => {
  const { address, port } = world.stack.coredns
  await world.apply(anIngress('web', shop))
  await world.settled()
  const started = await cluster({ world, etc }, 'start', { server: `${address}:${port}` })
  assert.is(started.code, 0, started.stderr)
  assert.equal(handledBy(started.stdout), ['on-cluster-start'])
  const lines = readFileSync(path.join(etc, 'hosts'), 'utf8')
  assert.ok(lines.includes(`${usualTarget} ${shop} `), lines)

  const stopped = await cluster({ world, etc }, 'stop', { server: `${address}:${port}` })
  assert.is(stopped.code, 0, stopped.stderr)
  assert.equal(handledBy(stopped.stdout), ['on-cluster-stop'])
  assert.is(readFileSync(path.join(etc, 'hosts'), 'utf8'), found)
  assert.equal(await world.answers(shop), [usualTarget])
})

test('hands on the instance’s part though its own can’t be done', async ({ world, etc }) => {
  const started = await cluster({ world, etc }, 'start', { server: '127.0.0.1:9' })
  assert.is(started.code, 75)
  assert.match(started.stderr, '127.0.0.1:9')
  assert.equal(handledBy(started.stdout), ['on-cluster-start'])
  assert.is(readFileSync(path.join(etc, 'hosts'), 'utf8'), found)
})

test.run()
