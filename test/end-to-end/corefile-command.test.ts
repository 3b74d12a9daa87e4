import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { k2sDns } from './command-line.ts'
import { patience, startWorld, type World } from './world.ts'

/** What an operator does with `k2s-dns corefile`, before any of our rights are granted to change it. */
const test = suite<{ world: World }>('the Corefile as a patch')
const fixtures = path.join(import.meta.dirname, '..', 'functions', 'corefile', 'fixtures')
const configMaps = '/api/v1/namespaces/kube-system/configmaps'

test.before(async (context) => {
  context.world = await startWorld({ started: false })
})
test.after(({ world }) => world.stop())

const flags = ['--dns.zones=cluster.local,apps.example', '--etcd.endpoints=http://10.0.0.5:2379']

function operator({ client, stack }: World) {
  const kubeconfig = `--kubeconfig=${stack.apiserver.adminKubeconfig}`
  return {
    create: (name: string, data: object) =>
      client.request('POST', configMaps, {
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data },
        signal: patience(),
      }),
    async ask(...more: string[]) {
      const ran = await k2sDns('corefile', kubeconfig, ...flags, '--output=json', ...more)
      assert.is(ran.code, 0, ran.stderr)
      return JSON.parse(ran.stdout) as {
        kind: string
        patches: { configMap: string; patch: object }[]
      }
    },
    patch: (name: string, body: object) =>
      client.request('PATCH', `${configMaps}/${name}`, {
        contentType: 'application/merge-patch+json',
        body,
        signal: patience(),
      }),
    async corefile() {
      const { data } = await client.request<{ data: Record<string, string> }>(
        'GET',
        `${configMaps}/coredns`,
        { signal: patience() },
      )
      return data['Corefile']
    },
  }
}

test('is applied, is enough then, and is taken back to the last byte', async ({ world }) => {
  const { create, ask, patch, corefile } = operator(world)
  const original = await readFile(path.join(fixtures, 'kubeadm-1.36.Corefile'), 'utf8')
  await create('coredns', { Corefile: original })
  const { kind, patches } = await ask()
  assert.is(kind, 'edited')
  assert.equal(
    patches.map(({ configMap }) => configMap),
    ['coredns'],
  )
  for (const each of patches) await patch(each.configMap, each.patch)
  assert.equal(await ask(), { kind: 'served', notes: [], patches: [] })
  const back = await ask('--undo')
  for (const each of back.patches) await patch(each.configMap, each.patch)
  assert.is(await corefile(), original)
})

test('is of the ConfigMap as it was read, and of no later one', async ({ world }) => {
  const { ask, patch, corefile } = operator(world)
  const { patches } = await ask()
  const others = `${await corefile()}# somebody else\n`
  await patch('coredns', { data: { Corefile: others } })
  for (const each of patches) {
    const told = await patch(each.configMap, each.patch).then(
      () => 'applied',
      (error: unknown) => (error as { status?: number }).status,
    )
    assert.is(told, 409)
  }
  assert.is(await corefile(), others)
})

test('is refused with the reason where it can not be edited safely', async ({ world }) => {
  const file = path.join(world.stack.directory, 'Corefile')
  await writeFile(file, '.:53 {\n    kubernetes cluster.local\n')
  const ran = await k2sDns('corefile', '--file', file, ...flags)
  assert.is(ran.code, 1)
  assert.match(ran.stderr, /the Corefile is left alone: /)
})

test('shows people which lines are ours', async ({ world }) => {
  const file = path.join(world.stack.directory, 'Corefile')
  await writeFile(file, '.:53 {\n    kubernetes cluster.local {\n    }\n}\n')
  const { code, stdout } = await k2sDns('corefile', '--file', file, ...flags)
  assert.is(code, 0)
  assert.match(stdout, /^\+ {5}etcd cluster\.local \{$/m)
  assert.match(stdout, /^ {6}kubernetes cluster\.local \{$/m)
})

test.run()
