import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { deniedTarget, parseTargetPattern } from '../../../../functions/names/policy/networks.ts'
import { targetPattern } from '../../../support/a-policy.ts'

const rows: readonly (readonly [pattern: string, yes: string[], no: string[]])[] = [
  ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255'], ['9.255.255.255', '11.0.0.0', 'fd00::1']],
  ['10.1.2.3/8', ['10.9.9.9'], ['11.0.0.0']],
  ['10.0.0.7', ['10.0.0.7'], ['10.0.0.6', '10.0.0.8', 'a.example']],
  ['10.0.0.8/31', ['10.0.0.8', '10.0.0.9'], ['10.0.0.7', '10.0.0.10']],
  ['0.0.0.0/0', ['1.2.3.4', '255.255.255.255'], ['fd00::1', '::1', 'a.example']],
  ['fd00::/8', ['fd00::1', 'fdff::1'], ['fe80::1', '10.0.0.1', 'fd00.example']],
  ['::/0', ['::1', '2001:db8::1'], ['a.example']],
  ['2001:db8::1', ['2001:db8::1'], ['2001:db8::2']],
  ['**', ['a.example', 'x.y.z'], ['10.0.0.1', 'fd00::1']],
  ['*.example', ['a.example'], ['a.b.example', 'example']],
  ['10.*.*.*', [], ['10.0.0.1']],
]

const matching = suite('a pattern of targets')
for (const [pattern, yes, no] of rows) {
  matching(`${pattern} matches these and no others`, () =>
    assert.equal([...yes, ...no].filter(targetPattern(pattern).matches), yes),
  )
}

const wrong = [
  ...['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '10.0.0/8', '10.0.0.0/ 8'],
  ...['fd00::/129', 'fe80::1%eth0', 'fe80::%eth0/10', 'a.example/8', '/8', '10.0.0.0/8x', 'A.b'],
]
for (const text of wrong) {
  matching(`"${text}" is none`, () => assert.ok('wrong' in parseTargetPattern(text)))
}

matching('judges the host of an SRV or MX record, and no text', () => {
  const rules = {
    allow: [targetPattern('*.good.example')],
    deny: [targetPattern('x.good.example')],
  }
  const denied = (...targets: string[]) =>
    targets.filter((target) => deniedTarget(target, rules) !== undefined)
  const wrong = ['MX 10 bad.example', 'SRV 0 0 80 x.good.example', 'bad.example', '10.0.0.1']
  const right = ['MX 10 a.good.example', 'SRV 0 0 80 a.good.example', 'TXT "bad.example"']
  assert.equal(denied(...wrong, ...right), wrong)
})

matching('that denies goes before one that allows', () => {
  const both = { allow: [targetPattern('10.0.0.0/8')], deny: [targetPattern('10.0.0.0/16')] }
  const verdicts = ['10.0.0.1', '10.1.0.1', '11.0.0.1'].map((each) => deniedTarget(each, both))
  assert.equal(verdicts, [
    'policy.targets.deny has 10.0.0.0/16',
    undefined,
    'policy.targets.allow has only 10.0.0.0/8',
  ])
})

matching.run()
