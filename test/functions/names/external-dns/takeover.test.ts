import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { givenBack } from '../../../../functions/names/external-dns/takeover.ts'
import type { Host } from '../../../../functions/names/host.ts'
import { keysOf } from '../../../../functions/names/records/keys.ts'

const keys = keysOf({ instance: 'k2s' })
const naming = { prefix: '', suffix: '' }

const test = suite('a name that is given back')

test('has targets that came since as ExternalDNS writes them, whatever their type', () => {
  const key = '/skydns/local/shop/1a2b3c4d'
  const taken = [{ key, value: '{"host":"10.0.0.1","ttl":60,"targetstrip":1}' }]
  const targets = ['10.0.0.1', 'SRV 0 50 80 n.local', 'TXT "hi"']
  const back = givenBack('shop.local' as Host, taken, targets, { keys, naming })
  assert.equal(
    back.map(({ value }) => value),
    [
      taken[0]?.value,
      '{"host":"0 50 80 n.local","ttl":60,"targetstrip":1}',
      '{"ttl":60,"targetstrip":1,"text":"hi"}',
    ],
  )
})

test.run()
