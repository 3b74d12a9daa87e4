// time limit: 600 s
import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { eventually } from '../end-to-end/eventually.ts'
import { dnsmasq, dnsproxy, kubeDns, startK2sWay } from './k2s-way-world.ts'

const test = suite("K2s's dnsmasq and dnsproxy")
let world: Awaited<ReturnType<typeof startK2sWay>>

test.before(async () => {
  world = await startK2sWay()
})
test.after(() => world?.stop())

/** The lines that docs/host.md tells people to add. */
function documented(language: 'conf' | 'yaml'): readonly string[] {
  const page = readFileSync('docs/host.md', 'utf8')
  const [, block = ''] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page) ?? []
  return block
    .split('\n')
    .map((line) => line.slice(2))
    .filter(Boolean)
}

const others = ['k2s.registry.local', 'shop.example.internal']

test('as K2s has them: its own zone answers, another one in .local goes round and round', async () => {
  for (const name of others) world.addName(name)
  for (const server of [dnsmasq, dnsproxy]) {
    assert.is(await world.ask(server, 'k2s.cluster.local'), '172.19.1.100')
    assert.is(await world.ask(server, 'www.example.com'), '203.0.113.1')
    assert.is.not(await world.ask(server, 'k2s.registry.local'), '172.19.1.100')
    assert.is.not(await world.ask(server, 'shop.example.internal'), '172.19.1.100')
  }
})

test('CoreDNS itself answers for every zone', async () => {
  for (const name of ['k2s.cluster.local', ...others]) {
    await eventually(async () => assert.is(await world.ask(kubeDns, name), '172.19.1.100'))
  }
})

test('with the lines of docs/host.md both answer for every zone', async () => {
  const yaml = documented('yaml').filter((line) => line.includes('internal'))
  await world.configure({ dnsmasq: documented('conf').join('\n'), dnsproxy: yaml.join('\n') })
  for (const server of [dnsmasq, dnsproxy]) {
    for (const name of ['k2s.cluster.local', ...others]) {
      assert.is(await world.ask(server, name), '172.19.1.100', `${name} by ${server}`)
    }
    assert.is(await world.ask(server, 'www.example.com'), '203.0.113.1')
  }
})

test("what K2s's scripts look for in dnsproxy.yaml is as they left it", () => {
  const lines = world.dnsproxyYaml().split('\n')
  assert.is(
    lines.findLast((line) => line.startsWith('  -')),
    '  - "10.0.0.53" ',
  )
  assert.ok(lines.includes('# __ADD_LISTEN_ADDRESSES_BELOW_THIS_MARKER__'))
})

test('dnsmasq keeps a denial until SIGHUP, and dnsproxy keeps none', async () => {
  const { ask, addName, host } = world
  const name = 'late.cluster.local'
  for (const server of [dnsmasq, dnsproxy]) assert.is(await ask(server, name), 'ENOTFOUND')
  addName(name)
  await eventually(async () => assert.is(await ask(kubeDns, name), '172.19.1.100'))
  for (const server of [dnsmasq, dnsproxy]) assert.is(await ask(server, name), 'ENOTFOUND')
  await host.sh('kill -HUP $(cat /run/dnsmasq.pid)')
  for (const server of [dnsproxy, dnsmasq]) {
    await eventually(async () => assert.is(await ask(server, name), '172.19.1.100'))
  }
})

test.run()
