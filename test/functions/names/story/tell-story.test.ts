import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type StoredClaim, settle } from '../../../../functions/names/conflicts.ts'
import type { Rival } from '../../../../functions/names/external-dns/rivals.ts'
import type { Host } from '../../../../functions/names/host.ts'
import type { KeptKey } from '../../../../functions/names/story/kept.ts'
import type {
  ClusterEvidence,
  Evidence,
  TypeAnswer,
} from '../../../../functions/names/story/story.ts'
import { tellStory } from '../../../../functions/names/story/tell-story.ts'
import { readTarget } from '../../../../functions/names/targets/target.ts'
import { aPolicy } from '../../../support/a-policy.ts'

const shop = 'shop.cluster.local'
const since = '2026-11-25T10:00:00Z'

/** `a/x 10.0.0.1`: the ingress x of namespace a; a tilde in a target is a blank */
function claim(text: string): StoredClaim {
  const [owner = '', ...words] = text.split(' ')
  const targets = words.map((word) => word.replaceAll('~', ' '))
  return { owner: `ingress/${owner}`, uid: owner, targets, ttl: 30, since }
}

const key = (what: KeptKey['what'], name: string): KeptKey => {
  const [type, target, ttl] = ['A' as const, '10.9.9.9', 30]
  return { what, name, key: `/skydns/${name}/x`, value: '{}', type, target, ttl }
}

/** What a server answers: addresses, or a code; then targets of other types, behind a bar. */
function server(text: string) {
  const [first = '', ...typed] = text.split('|')
  const isCode = /^E/.test(first)
  const a: TypeAnswer = { type: 'A', values: isCode ? [] : first.split(' ') }
  const none = (type: 'AAAA' | 'CNAME'): TypeAnswer => ({ type, values: [], code: 'ENODATA' })
  const others = typed.map(
    (target): TypeAnswer => ({ type: readTarget(target).type, values: [target] }),
  )
  const answers = [isCode ? { ...a, code: first } : a, none('AAAA'), none('CNAME'), ...others]
  return { server: '10.96.0.10:53', answers }
}

interface Found {
  readonly host?: string
  readonly claims?: readonly string[]
  readonly foreign?: string
  readonly missing?: readonly string[]
  readonly keys?: readonly KeptKey[]
  readonly rivals?: readonly Rival[]
  readonly cluster?: ClusterEvidence
  readonly servers?: readonly string[]
}

function evidence(found: Found): Evidence {
  const claims = (found.claims ?? []).map(claim)
  const settlement = settle(shop as Host, claims)
  const obstacle = { reason: 'foreign-record' as const, message: found.foreign ?? '' }
  const refused = new Map(claims.map(({ owner }) => [owner, obstacle]))
  return {
    host: (found.host ?? shop) as Host, // as parseHost would have it
    policy: aPolicy(),
    claims,
    settlement: found.foreign === undefined ? settlement : { ...settlement, refused },
    missing: found.missing ?? [],
    keys: found.keys ?? [],
    rivals: found.rivals ?? [],
    cluster: found.cluster ?? { refused: [] },
    servers: (found.servers ?? []).map(server),
  }
}

const web = ['a/web 10.0.0.1']
const held = `held by ingress/a/web, who claims it since ${since}`
const answer = (owner: string) => ({ targets: ['10.0.0.2'], ttl: 30, owners: [owner] })
const coming: ClusterEvidence = {
  refused: [],
  change: { host: shop, after: answer('ingress/b/y') },
}
const rivals = [
  { who: 'ExternalDNS', keys: ['K'], effect: 'keeps keys beside ours', remedy: 'stop it' },
]
const refusal = {
  owner: 'ingress/b/y',
  host: shop,
  reason: 'no-target' as const,
  message: 'no address',
}

const verdicts: readonly (readonly [fact: string, found: Found, verdict: string, isWell?: true])[] =
  [
    [
      'held and answering',
      { claims: web, servers: ['10.0.0.1'] },
      `answers 10.0.0.1, ${held}`,
      true,
    ],
    [
      'with no server to ask',
      { claims: web },
      `is published (set dns.servers to ask them too) as 10.0.0.1, ${held}`,
      true,
    ],
    [
      'a CNAME answers what its target does',
      { claims: ['a/web lb.example'], servers: ['10.7.7.7'] },
      `answers lb.example, ${held}`,
      true,
    ],
    [
      'a text beside an address',
      { claims: ['a/web 10.0.0.1 TXT~"hi"'], servers: ['10.0.0.1|TXT "hi"'] },
      `answers 10.0.0.1, TXT "hi", ${held}`,
      true,
    ],
    [
      'another text',
      { claims: ['a/web TXT~"hi"'], servers: ['ENODATA|TXT "ho"'] },
      `is ${held}, and published as TXT "hi", but 10.96.0.10:53 answers TXT "ho": what it cached ` +
        'goes with its TTL',
    ],
    [
      'a service answers with its share as weight, and addresses of its host',
      { claims: ['a/web SRV~0~50~80~n.example'], servers: ['10.7.7.7|SRV 0 100 80 n.example'] },
      `answers SRV 0 50 80 n.example, ${held}`,
      true,
    ],
    [
      'held, while the cluster asks for something else',
      { claims: web, servers: ['10.0.0.1'], cluster: coming },
      `answers 10.0.0.1, ${held}. The cluster asks for something else: is k2s-dns run at work?`,
      true,
    ],
    [
      'one of two servers is silent',
      { claims: web, servers: ['10.0.0.1', 'ENOTFOUND'] },
      `is ${held}, and published as 10.0.0.1, but 10.96.0.10:53 answers ENOTFOUND: does it serve ` +
        'the zone from our etcd.endpoints and dns.prefix? Its cache keeps a denial for up to 30 s',
    ],
    [
      'a server answers something else',
      { claims: web, servers: ['10.0.0.1 10.9.9.9'] },
      `is ${held}, and published as 10.0.0.1, but 10.96.0.10:53 answers 10.0.0.1, 10.9.9.9: what ` +
        'it cached goes with its TTL',
    ],
    [
      'somebody keeps a key beside it',
      { claims: web, servers: ['10.0.0.1 10.9.9.9'], rivals },
      `is ${held}, and published as 10.0.0.1, but 10.96.0.10:53 answers 10.0.0.1, 10.9.9.9: what ` +
        'it cached goes with its TTL. ExternalDNS keeps keys beside ours: stop it',
    ],
    [
      'somebody may delete it',
      { claims: web, servers: ['10.0.0.1'], rivals },
      `answers 10.0.0.1, ${held}. ExternalDNS keeps keys beside ours: stop it`,
      true,
    ],
    [
      'its record went',
      { claims: web, missing: ['/skydns/x'], servers: ['ENOTFOUND'] },
      `is ${held}, but records are missing from etcd: run k2s-dns invoke on-reconcile`,
    ],
    ['nobody asks', { servers: ['ENOTFOUND'] }, 'does not answer: no object asks for it'],
    [
      'outside the zones, and somebody else answers',
      { host: 'shop.example', servers: ['10.9.9.9'] },
      'answers 10.9.9.9, but not by k2s-dns: it is in none of the zones cluster.local: see dns.zones',
    ],
    [
      'somebody else was there first',
      { claims: web, foreign: 'someone else keeps K', servers: ['10.9.9.9'] },
      'answers 10.9.9.9, but not by k2s-dns: ingress/a/web claims it and has to wait: someone else keeps K',
    ],
    [
      'only a foreign key',
      { keys: [key('foreign', shop)], servers: ['10.9.9.9'] },
      `answers 10.9.9.9, but not by k2s-dns: someone else keeps /skydns/${shop}/x`,
    ],
    [
      'refused to all who ask',
      { cluster: { refused: [refusal] } },
      'does not answer: ingress/b/y asks for it and is refused: no address',
    ],
    [
      'asked for, and not handled yet',
      { cluster: coming },
      'does not answer: ingress/b/y asks for it, and nothing did so yet: is k2s-dns run at work?',
    ],
    [
      'nobody claims it, and the cluster can’t be asked',
      { cluster: { unknown: 'timeout' } },
      'does not answer: nobody claims it in etcd; whether an object asks for it is not known',
    ],
  ]

const verdict = suite('the verdict of a name')
for (const [fact, found, text, isWell = false] of verdicts) {
  verdict(fact, () => {
    const { name, verdict } = tellStory(evidence(found))
    assert.is(verdict.text, `${name} ${text}`)
    assert.is(verdict.answers, isWell)
  })
}

const story = suite('the story of a name')

story('who holds, joins, shares and waits, and why', () => {
  const claims = ['a/web 10.0.0.1', 'a/more 10.0.0.2', 'b/same 10.0.0.1', 'b/evil 10.6.6.6']
  const told = tellStory(evidence({ claims })).claims
  assert.equal(
    told.map(({ owner, standing, why }) => `${owner} ${standing}: ${why}`),
    [
      'ingress/a/web holds: it is the oldest claim',
      'ingress/a/more joins: it is of a too, whose name it is',
      'ingress/b/same shares: it asks for no other target',
      'ingress/b/evil waits: ingress/a/web claimed it first and points it to 10.0.0.1, 10.0.0.2',
    ],
  )
  assert.is(told[0]?.since, since)
  assert.is(tellStory(evidence({ claims: web })).claims[0]?.why, 'it is the only claim')
})

story('which keys have to do with it', () => {
  const host = `a.b.${shop}`
  const keys = [
    key('record', host),
    key('placeholder', `b.${shop}`),
    key('record', shop),
    key('foreign', shop),
    key('placeholder', 'cluster.local'),
    key('foreign', `x.${host}`),
    key('record', `y.${host}`),
    key('foreign', `x${host}`),
    key('foreign', 'local'),
  ]
  assert.equal(
    tellStory(evidence({ host, keys })).keys.map(({ where, what, name }) => [where, what, name]),
    [
      ['here', 'record', host],
      ['above', 'placeholder', `b.${shop}`],
      ['above', 'foreign', shop],
      ['above', 'placeholder', 'cluster.local'],
      ['below', 'foreign', `x.${host}`],
    ],
  )
})

story('its zone, and why nobody may have it', () => {
  const zoneOf = (host: string) => tellStory(evidence({ host })).zone
  assert.equal(['a.cluster.local', 'cluster.local', 'a.example'].map(zoneOf), [
    'cluster.local',
    'cluster.local',
    undefined,
  ])
  const { objection } = tellStory(evidence({ host: 'x.svc.cluster.local' }))
  assert.is(objection?.reason, 'reserved')
  assert.is(tellStory(evidence({})).objection, undefined)
})

verdict.run()
story.run()
