import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host } from '../../../../functions/names/host.ts'
import { mistakeIn } from '../../../../functions/names/targets/beside.ts'

const shop = 'shop.example' as Host // it is one

/** What CoreDNS answers right: docs/record-types.md has it asked. */
const right: readonly (readonly string[])[] = [
  ['10.0.0.1', '10.0.0.2', 'fd00::1'],
  ['lb.example'],
  ['TXT "a"', 'TXT "b"'],
  ['10.0.0.1', 'TXT "a"'],
  ['SRV 0 0 80 a.example', 'SRV 0 0 80 b.example'],
  ['MX 10 mail.example', 'SRV 0 0 80 a.example'],
  ['10.0.0.1', 'MX 10 shop.example', 'TXT "a"'],
  ['10.0.0.1', 'MX 10 mail.shop.example', 'SRV 0 0 80 a.b.shop.example'],
  ['MX 10 mail.example', 'MX 20 mail.shop.example'],
]

const wrong: readonly (readonly [targets: readonly string[], word: string])[] = [
  [['lb.example', 'lb2.example'], 'stands alone'],
  [['10.0.0.1', 'lb.example'], 'stands alone'],
  [['TXT "a"', 'lb.example'], 'stands alone'],
  [['MX 10 mail.example', 'lb.example'], 'stands alone'],
  [['shop.example'], 'drops'],
  [['a.b.shop.example'], 'drops'],
  [['10.0.0.1', 'MX 10 mail.example'], 'its A records with an alias to the host of its MX'],
  [['fd00::1', 'SRV 0 0 80 a.example'], 'its AAAA records with an alias to the host of its SRV'],
  [['TXT "a"', 'MX 10 mail.example'], 'its TXT records'],
  [['10.0.0.1', 'MX 10 mail.shop.example', 'MX 20 mail.example'], 'its A records'],
  [['10.0.0.1', 'MX 10 bigshop.example'], 'its A records'],
  [['10.0.0.1', 'MX 10 example'], 'its A records'],
]

const test = suite('targets at one name')
for (const targets of right) {
  test(`stand together: ${targets.join(', ')}`, () =>
    assert.is(mistakeIn(shop, targets), undefined))
}
for (const [targets, word] of wrong) {
  test(`do not: ${targets.join(', ')}`, () => {
    const mistake = mistakeIn(shop, targets) ?? 'none'
    assert.ok(mistake.includes(word), mistake)
  })
}
test.run()
