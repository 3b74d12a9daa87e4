import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  parseHostsName,
  type Said,
  wantedEntries,
} from '../../../functions/hosts-file/hosts-name.ts'

const read = suite('a name for hosts files')
const rows: readonly (readonly [text: string, outcome: string])[] = [
  ['k2s-registry.local', '{"name":"k2s-registry.local"}'],
  ['K2s-Registry.Local.', '{"name":"k2s-registry.local"}'],
  ['a.local=172.19.1.100', '{"name":"a.local","address":"172.19.1.100"}'],
  ['a.local=fd00::1', '{"name":"a.local","address":"fd00::1"}'],
  ['registry', '{"name":"registry"}'],
  ['localhost=10.0.0.1', '{"wrong":"localhost is this machine itself"}'],
  ['a.local=', '{"wrong":" is no IP address: write name=address, or the name alone"}'],
  [
    'a.local=b.local',
    '{"wrong":"b.local is no IP address: write name=address, or the name alone"}',
  ],
  ['a.local=1.2.3', '{"wrong":"1.2.3 is no IP address: write name=address, or the name alone"}'],
  ['a=b=c', '{"wrong":"b=c is no IP address: write name=address, or the name alone"}'],
  ['a.local=fe80::1%eth0', 'wrong'],
  ['*.local', 'wrong'],
  ['', 'wrong'],
  ['a b', 'wrong'],
  ['a.local\n10.0.0.1 bank.example', 'wrong'],
  ['a.local=10.0.0.1\n10.0.0.1 bank.example', 'wrong'],
  ['10.0.0.1', 'wrong'],
]
for (const [text, outcome] of rows) {
  read(JSON.stringify(text), () => {
    const parsed = parseHostsName(text)
    if (outcome === 'wrong') assert.ok('wrong' in parsed)
    else assert.is(JSON.stringify(parsed), outcome)
  })
}
read.run()

const lines = suite('the lines of a hosts file')
const now = [
  { name: 'a.local', address: '10.0.0.1' },
  { name: 'b.local', address: '10.0.0.2' },
]
const wanted = (names: readonly string[], said: Readonly<Record<string, Said>>) =>
  wantedEntries(
    names.map((name) => {
      const parsed = parseHostsName(name)
      if ('wrong' in parsed) throw new Error(parsed.wrong)
      return parsed
    }),
    new Map(Object.entries(said)),
    now,
  ).map(({ name, address }) => `${address} ${name}`)

lines('are what the DNS server says', () => {
  const said = { 'a.local': { addresses: ['10.0.0.8', 'fd00::8'] } }
  assert.equal(wanted(['a.local'], said), ['10.0.0.8 a.local', 'fd00::8 a.local'])
})
lines('go once it says that there is no such name', () => {
  assert.equal(wanted(['a.local', 'b.local'], { 'a.local': { addresses: [] } }), [
    '10.0.0.2 b.local',
  ])
})
lines('stay while nobody says anything', () => {
  assert.equal(wanted(['a.local', 'b.local'], { 'a.local': 'unknown' }), [
    '10.0.0.1 a.local',
    '10.0.0.2 b.local',
  ])
})
lines('go with their name from the configuration', () =>
  assert.equal(wanted(['b.local'], {}), ['10.0.0.2 b.local']),
)
lines('have the address that is given for them, each once, whatever was there', () => {
  const names = ['a.local=10.0.0.7', 'a.local=10.0.0.7', 'a.local=10.0.0.9']
  assert.equal(wanted(names, {}), ['10.0.0.7 a.local', '10.0.0.9 a.local'])
})
lines.run()
