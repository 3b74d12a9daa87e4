import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { profileNames, profiles } from '../../../runtime/config/profiles.ts'
import { type Config, changedKeys, loadConfig, settings } from '../../../runtime/config.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-profiles-'))
process.once('exit', () => rmSync(folder, { recursive: true }))

function load(flags: Readonly<Record<string, string>>, { env = {}, yaml = '' } = {}): Config {
  const config = path.join(folder, 'config.yaml')
  writeFileSync(config, yaml)
  return loadConfig({ flags: { config, ...flags }, env })
}
const none = load({})
const profile = 'k2s'

const test = suite('a profile')

test('is not there unless it is named', () => assert.is(none.profile, undefined))

test('k2s has K2s’s zones, its order of targets, its control plane', () => {
  const { dns, targets } = load({ profile })
  assert.equal(dns.zones, ['cluster.local', 'registry.local'])
  assert.equal(targets.order, ['annotation', 'controller', 'default', 'status'])
  assert.equal(targets.default, ['172.19.1.100'])
})

for (const name of profileNames) {
  test(`${name} changes no more than it says`, () => {
    const changed = changedKeys(none, load({ profile: name }))
    assert.equal(changed.sort(), ['profile', ...Object.keys(profiles[name])].sort())
    const keys = settings.map(({ key }) => key)
    assert.equal(
      Object.keys(profiles[name]).filter((key) => !keys.includes(key)),
      [],
    )
  })
}

test('may be named anywhere', () => {
  const wanted = load({ profile })
  assert.equal(load({}, { env: { K2S_DNS_PROFILE: profile } }), wanted)
  assert.equal(load({}, { yaml: 'profile: k2s' }), wanted)
})

const zones: readonly (readonly [what: string, Parameters<typeof load>])[] = [
  ['a flag', [{ profile, 'dns.zones': 'a.local' }]],
  ['a variable', [{ profile }, { env: { K2S_DNS_DNS_ZONES: 'a.local' } }]],
  ['a file', [{ profile }, { yaml: 'dns: { zones: [a.local] }' }]],
  ['the file that names it', [{}, { yaml: 'profile: k2s\ndns: { zones: [a.local] }' }]],
]
for (const [what, given] of zones) {
  test(`gives way to ${what}, setting by setting`, () => {
    const { dns, targets } = load(...given)
    assert.equal([dns.zones, targets.default], [['a.local'], ['172.19.1.100']])
  })
}

test('gives way to a setting that is empty', () => {
  assert.equal(load({ profile }, { yaml: 'targets: { default: [] }' }).targets.default, [])
})

test('goes with a group of which the file says nothing', () => {
  assert.equal(load({ profile }, { yaml: 'dns:\ntargets:' }), load({ profile }))
})
test.run()
