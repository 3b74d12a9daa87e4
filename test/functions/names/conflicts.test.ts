import { isIP } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { namespaceOf } from '../../../functions/names/claim.ts'
import { type StoredClaim, settle as settleAt } from '../../../functions/names/conflicts.ts'
import type { Host } from '../../../functions/names/host.ts'
import { maxTargets } from '../../../functions/names/targets/targets.ts'
import { randomOf } from '../../support/random.ts'

const settle = (claims: readonly StoredClaim[]) => settleAt('shop.example' as Host, claims)

/** `a/x 10.0.0.1 10.0.0.2 ttl=60`: the ingress x of namespace a; a tilde in a target is a blank */
function claim(text: string): StoredClaim {
  const [owner = '', ...words] = text.split(' ')
  const ttl = Number(words.find((word) => word.startsWith('ttl='))?.slice(4) ?? 30)
  const targets = words
    .filter((word) => !word.startsWith('ttl='))
    .map((word) => word.replaceAll('~', ' '))
  return { owner: `ingress/${owner}`, uid: owner, targets, ttl }
}

const rows: readonly (readonly [
  fact: string,
  claims: string[],
  answer: string,
  refused?: string,
])[] = [
  ['nobody’s name answers nothing', [], ''],
  ['a name has the targets of its claim', ['a/x 1.1.1.1'], '1.1.1.1'],
  ['the same targets are shared by all', ['a/x 1.1.1.1', 'b/y 1.1.1.1', 'c/z 1.1.1.1'], '1.1.1.1'],
  ['a namespace joins its own targets', ['a/x 1.1.1.2', 'a/y 1.1.1.1'], '1.1.1.1 1.1.1.2'],
  ['the oldest keeps it from others', ['a/x 1.1.1.1', 'b/y 2.2.2.2'], '1.1.1.1', 'b/y'],
  ['age decides, not the name', ['b/y 2.2.2.2', 'a/x 1.1.1.1'], '2.2.2.2', 'a/x'],
  ['another may ask for fewer', ['a/x 1.1.1.1 1.1.1.2', 'b/y 1.1.1.2'], '1.1.1.1 1.1.1.2'],
  ['another may not add one', ['a/x 1.1.1.1', 'b/y 1.1.1.1 2.2.2.2'], '1.1.1.1', 'b/y'],
  [
    'what a namespace joins is shared, though it came later',
    ['a/x 1.1.1.1', 'b/y 1.1.1.2', 'a/z 1.1.1.2'],
    '1.1.1.1 1.1.1.2',
  ],
  [
    'two refused stay refused together',
    ['a/x 1.1.1.1', 'b/y 2.2.2.2', 'b/z 2.2.2.2'],
    '1.1.1.1',
    'b/y b/z',
  ],
  ['a CNAME stands alone', ['a/x lb.example', 'a/y 1.1.1.1'], 'lb.example', 'a/y'],
  ['no CNAME beside addresses', ['a/x 1.1.1.1', 'a/y lb.example'], '1.1.1.1', 'a/y'],
  ['two CNAMEs don’t join', ['a/x lb.example', 'a/y lb2.example'], 'lb.example', 'a/y'],
  ['a CNAME is shared', ['a/x lb.example', 'b/y lb.example'], 'lb.example'],
  ['a text joins addresses', ['a/x 1.1.1.1', 'a/y TXT~"hi"'], '1.1.1.1 TXT "hi"'],
  ['… of its namespace alone', ['a/x 1.1.1.1', 'b/y TXT~"hi"'], '1.1.1.1', 'b/y'],
  ['a text is shared', ['a/x TXT~"hi"', 'b/y TXT~"hi"'], 'TXT "hi"'],
  ['no text beside a CNAME', ['a/x lb.example', 'a/y TXT~"hi"'], 'lb.example', 'a/y'],
  ['no CNAME beside a text', ['a/x TXT~"hi"', 'a/y lb.example'], 'TXT "hi"', 'a/y'],
  [
    'a mail host below joins addresses',
    ['a/x 1.1.1.1', 'a/y MX~10~mail.shop.example'],
    '1.1.1.1 MX 10 mail.shop.example',
  ],
  ['one elsewhere does not', ['a/x 1.1.1.1', 'a/y MX~10~mail.example'], '1.1.1.1', 'a/y'],
  [
    'it joins others of its like',
    ['a/x SRV~0~0~80~a.example', 'a/y SRV~0~0~80~b.example'],
    'SRV 0 0 80 a.example SRV 0 0 80 b.example',
  ],
]

const test = suite('conflicts')
for (const [fact, claims, answer, refused = ''] of rows) {
  test(fact, () => {
    const settled = settle(claims.map(claim))
    assert.is(settled.targets.join(' '), answer)
    const names = [...settled.refused.keys()].map((owner) => owner.replace('ingress/', ''))
    assert.is(names.join(' '), refused)
  })
}

test('the smallest TTL of those who hold the name counts', () => {
  const of = (...claims: string[]) => settle(claims.map(claim)).ttl
  assert.is(of('a/x 1.1.1.1 ttl=60', 'b/y 1.1.1.1 ttl=20'), 20)
  assert.is(of('a/x 1.1.1.1 ttl=60', 'b/y 2.2.2.2 ttl=5'), 60, 'who is refused has no say')
})

test('who is refused learns who has it, and what it points to', () => {
  const { refused } = settle(['a/x 1.1.1.1', 'b/y 2.2.2.2'].map(claim))
  assert.equal(refused.get('ingress/b/y'), {
    reason: 'taken',
    message: 'ingress/a/x claimed it first and points it to 1.1.1.1',
  })
})

test(`a namespace joins up to ${maxTargets} targets, then who adds more is refused`, () => {
  const claims = Array.from({ length: maxTargets + 1 }, (_, i) => claim(`a/x${i} 10.0.0.${i}`))
  const settled = settle(claims)
  assert.is(settled.targets.length, maxTargets)
  assert.equal([...settled.refused.keys()], [`ingress/a/x${maxTargets}`])
})

/** Up to seven claims of four namespaces: few targets, so that they meet. */
function anyClaims(round: number): StoredClaim[] {
  const random = randomOf(round)
  return Array.from({ length: 1 + random.below(7) }, (_, i) => {
    const cname = random.below(5) === 0
    const addresses = ['1.1.1.1', '1.1.1.2', 'fd00::1'].filter(() => random.below(2) === 0)
    const targets = cname ? [random.oneOf(['x.example', 'y.example'])] : addresses
    const ttl = random.oneOf([5, 30, 60])
    const owner = `ingress/${random.oneOf(['a', 'b', 'c', 'd'])}/${i}`
    return { owner, uid: `${i}`, targets: targets.length > 0 ? targets : ['1.1.1.3'], ttl }
  })
}

const rounds = Array.from({ length: 3_000 }, (_, round) => round)

test('whatever is claimed, only the namespace of the oldest says where the name points', () => {
  for (const round of rounds) {
    const claims = anyClaims(round)
    const { targets, ttl, refused } = settle(claims)
    const holders = claims.filter(({ owner }) => !refused.has(owner))
    const home = namespaceOf(claims[0]?.owner ?? '')
    const ofHome = holders.filter(({ owner }) => namespaceOf(owner) === home)
    const union = [...new Set(ofHome.flatMap((each) => each.targets))].sort()
    assert.equal(targets, union, `round ${round}`)
    for (const holder of holders) {
      const added = holder.targets.filter((target) => !targets.includes(target))
      assert.equal(added, [], `round ${round}: ${holder.owner} holds what does not answer`)
    }
    assert.is(ttl, Math.min(...holders.map((each) => each.ttl)), `round ${round}`)
    assert.not(refused.has(claims[0]?.owner ?? ''), `round ${round}: the oldest is refused`)
    const lone = targets.every((target) => isIP(target) > 0) || targets.length === 1
    assert.ok(lone, `round ${round}: a CNAME beside ${targets.join(' ')}`)
  }
})

test('whatever the order of the younger ones, the oldest holds all that it asks for', () => {
  for (const round of rounds) {
    const [oldest, ...younger] = anyClaims(round) as [StoredClaim, ...StoredClaim[]]
    const { targets, refused } = settle([oldest, ...randomOf(round + 1).shuffled(younger)])
    assert.not(refused.has(oldest.owner), `round ${round}`)
    const missing = oldest.targets.filter((target) => !targets.includes(target))
    assert.equal(missing, [], `round ${round}`)
  }
})

test('whatever the order of those from elsewhere, the answer is the same', () => {
  for (const round of rounds) {
    const claims = anyClaims(round)
    const home = namespaceOf(claims[0]?.owner ?? '')
    const isHome = ({ owner }: StoredClaim) => namespaceOf(owner) === home
    const others = claims.filter((each) => !isHome(each))
    const mixed = [...claims.filter(isHome), ...randomOf(round + 1).shuffled(others)]
    const [first, second] = [settle(claims), settle(mixed)]
    assert.equal(second.targets, first.targets, `round ${round}`)
    assert.equal(
      [...second.refused.keys()].sort(),
      [...first.refused.keys()].sort(),
      `round ${round}`,
    )
  }
})

test('whoever waits gets the name in the end when the elder go one by one', () => {
  for (const round of rounds.slice(0, 500)) {
    for (let claims = anyClaims(round); claims.length > 0; claims = claims.slice(1)) {
      const { targets, refused } = settle(claims)
      assert.ok(targets.length > 0, `round ${round}`)
      assert.ok(refused.size < claims.length, `round ${round}`)
    }
  }
})

test.run()
