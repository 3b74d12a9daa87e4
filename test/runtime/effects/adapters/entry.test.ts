import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Fields, Json } from '../../../../runtime/effects/adapters/driver.ts'
import { entryOf, puttingBack } from '../../../../runtime/effects/adapters/entry.ts'
import { isNamedBy, without } from '../../../../runtime/effects/adapters/values.ts'

const server = { address: '172.19.1.100', port: 53 }
const date = new Date(0)
const telling = { driver: 'adapters', server, known: undefined, date }
const ours: Fields = { v4: ['172.19.1.100'], v6: [] }
const place = (now: Fields) => ({ id: '1', label: 'one', now, wanted: ours })

const note = suite('what is written down of a place')

note('is what was found, field by field', () => {
  const entry = entryOf(place({ v4: ['10.1.1.1'], v6: null }), telling)
  assert.equal(entry?.found, { v4: ['10.1.1.1'], v6: null })
  assert.equal(entry?.ours, ours)
})

note('leaves out what is as wished already, and nothing is where all is', () => {
  assert.equal(entryOf(place({ v4: null, v6: [] }), telling)?.ours, { v4: ['172.19.1.100'] })
  const none = { ...place({ servers: ['9.9.9.9'] }), wanted: { servers: ['9.9.9.9'] } }
  assert.is(entryOf(none, telling), undefined)
})

note('never has our own server as found (K2s issue 902)', () => {
  const found = (v4: Json) => entryOf(place({ v4, v6: [] }), telling)?.found['v4']
  assert.is(found(['172.19.1.100']), null)
  assert.equal(found(['172.19.1.100', '10.1.1.1']), ['10.1.1.1'])
  assert.is(found('172.19.1.100'), null)
  assert.is(found('172.19.1.100,10.1.1.1'), '10.1.1.1')
})

note('keeps what was found while a field is ours, and takes what somebody has set since', () => {
  const known = entryOf(place({ v4: ['10.1.1.1'], v6: null }), telling)
  const again = entryOf(place({ v4: ['172.19.1.100'], v6: ['fd00::9'] }), { ...telling, known })
  assert.equal(again?.found, { v4: ['10.1.1.1'], v6: ['fd00::9'] })
})

const back = suite('putting a place back')
const entry = {
  ...telling,
  id: '1',
  label: 'one',
  since: '',
  found: { v4: ['10.1.1.1'], v6: null },
}
const putting = (now: Fields) => puttingBack({ ...entry, ours }, now)

back('writes what was found where it is still ours', () =>
  assert.equal(putting(ours), { v4: ['10.1.1.1'], v6: null }),
)
back('leaves a field that somebody changed', () =>
  assert.equal(putting({ v4: ['9.9.9.9'], v6: [] }), { v6: null }),
)
back('takes only our server out of a list that somebody changed', () =>
  assert.equal(putting({ v4: ['172.19.1.100', '9.9.9.9'], v6: null }), { v4: ['9.9.9.9'] }),
)
back('goes back to what was found if nothing else is in it', () =>
  assert.equal(putting({ v4: ['172.19.1.100', '172.19.1.100'], v6: null }), { v4: ['10.1.1.1'] }),
)
back('writes nothing where all is as it was found', () =>
  assert.equal(putting({ v4: ['10.1.1.1'], v6: null }), {}),
)

const value = suite('whether a value names a server')
const other = { address: '127.0.0.1', port: 5353 }
for (const [text, of, expected] of [
  ['nameserver 172.19.1.100', server, true],
  ['172.19.1.100:53', server, true],
  ['172.19.1.1000', server, false],
  ['1172.19.1.100', server, false],
  ['172.19.1.100:5353', server, false],
  ['127.0.0.1', other, false],
  ['127.0.0.1#5353', other, true],
  [[{ servers: ['10.0.0.1', '172.19.1.100'] }], server, true],
  [null, server, false],
  [53, server, false],
] as const) {
  value(`${JSON.stringify(text)} ${expected ? 'does' : 'does not'}`, () =>
    assert.is(isNamedBy(text, of), expected),
  )
}
value('without it a text with other words is nothing', () =>
  assert.is(without('nameserver 172.19.1.100', server), null),
)

for (const each of [note, back, value]) each.run()
