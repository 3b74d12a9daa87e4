import type { QuestionType } from '../support/dns-question.ts'
import type { Hosts } from './subtree-world.ts'

/**
 * What CoreDNS must answer at a name: its own addresses and nothing else; `silent`, that is, it exists and has
 * no records; `NXDOMAIN`; or answers by type, with what {@link silent} says for the others.
 */
export type Expected =
  | readonly string[]
  | 'silent'
  | 'NXDOMAIN'
  | Readonly<Partial<Record<QuestionType, string>>>

export interface Scene {
  readonly what: string
  /** Keys that somebody else has written before our names, and ones that are written after. */
  readonly before?: Readonly<Record<string, string>>
  readonly hosts: Hosts
  readonly after?: Readonly<Record<string, string>>
  readonly refused?: Readonly<Record<string, string>>
  /** In which the plugin answers with what belongs to another name, whatever is written. */
  readonly leaks?: true
  readonly answers: Readonly<Record<string, Expected>>
}

/** Three of them lie in the first; between it and the last two there is a name. */
export const zones = [
  'cluster.local',
  'apps.cluster.local',
  'x.mid.cluster.local',
  'y.mid.cluster.local',
]

const foreign = (more: object = {}) => JSON.stringify({ host: '10.9.9.9', ...more })
const [b, ab, cb, cluster] = [
  'b.cluster.local',
  'a.b.cluster.local',
  'c.b.cluster.local',
  'cluster.local',
]
/** CNAME and PTR questions are looked up by the exact key, and there is one. */
const exactKey = { CNAME: 'NODATA', PTR: 'NODATA' } as const
const [one, two, three] = [['10.0.0.1'], ['10.0.0.2'], ['10.0.0.3']]

export const scenes: readonly Scene[] = [
  {
    what: 'nothing at all',
    hosts: {},
    answers: {
      [cluster]: 'silent',
      'apps.cluster.local': 'silent',
      'mid.cluster.local': 'silent',
      'x.mid.cluster.local': 'silent',
      [b]: 'NXDOMAIN',
    },
  },
  {
    what: 'a name above another',
    hosts: { [b]: one, [ab]: two },
    answers: { [b]: one, [ab]: two, [cb]: 'NXDOMAIN', [cluster]: 'silent' },
  },
  {
    what: 'a name two levels above another',
    hosts: { [b]: one, 'd.c.b.cluster.local': two },
    answers: { [b]: one, [cb]: 'silent', 'd.c.b.cluster.local': two },
  },
  {
    what: 'a name three levels above another, one of them between',
    hosts: { [b]: one, 'd.c.b.cluster.local': two, 'f.e.d.c.b.cluster.local': three },
    answers: {
      [b]: one,
      [cb]: 'silent',
      'd.c.b.cluster.local': two,
      'e.d.c.b.cluster.local': 'silent',
      'f.e.d.c.b.cluster.local': three,
      [cluster]: 'silent',
    },
  },
  {
    what: 'a name that nobody claims, above two',
    hosts: { [ab]: one, [cb]: two },
    answers: { [b]: 'silent', [ab]: one, [cb]: two, [cluster]: 'silent' },
  },
  {
    what: 'several addresses above one, of both families',
    hosts: { [b]: ['10.0.0.1', '10.0.0.2', 'fd00::1'], [ab]: ['fd00::2'] },
    answers: { [b]: ['10.0.0.1', '10.0.0.2', 'fd00::1'], [ab]: ['fd00::2'] },
  },
  {
    what: 'an alias above an address, and an address above an alias',
    hosts: {
      [b]: ['lb.example.org'],
      [ab]: one,
      'd.cluster.local': two,
      'a.d.cluster.local': [ab],
    },
    answers: {
      [b]: {
        A: 'CNAME lb.example.org',
        AAAA: 'CNAME lb.example.org',
        TXT: 'CNAME lb.example.org',
        SRV: 'SRV 0 lb.example.org',
      },
      [ab]: one,
      'd.cluster.local': two,
      'a.d.cluster.local': {
        A: `CNAME ${ab}, ${ab} A 10.0.0.1`,
        SRV: `SRV 0 ${ab} + ${ab} A 10.0.0.1`,
      },
    },
  },
  {
    what: 'an alias below a name that nobody claims',
    hosts: { [ab]: ['lb.example.org'] },
    answers: { [b]: 'silent', [cluster]: 'silent' },
  },
  {
    what: 'an alias to its own parent',
    hosts: { [b]: one, [ab]: [b] },
    answers: {
      [b]: one,
      [ab]: { A: `CNAME ${b}, ${b} A 10.0.0.1`, SRV: `SRV 0 ${b} + ${b} A 10.0.0.1` },
    },
  },
  {
    what: 'an alias to itself, or to a name below it',
    hosts: { [b]: [b], [ab]: one, 'd.cluster.local': ['a.d.cluster.local'] },
    refused: { [b]: 'invalid-target', 'd.cluster.local': 'invalid-target' },
    answers: { [b]: 'silent', [ab]: one, 'd.cluster.local': 'NXDOMAIN' },
  },
  {
    what: 'names that begin alike',
    hosts: {
      'till.cluster.local': one,
      'till2.cluster.local': two,
      'a.till-a.cluster.local': three,
      'till.till.cluster.local': three,
    },
    answers: {
      'till.cluster.local': one,
      'till2.cluster.local': two,
      'till-a.cluster.local': 'silent',
      'till.till.cluster.local': three,
      'til.cluster.local': 'NXDOMAIN',
    },
  },
  {
    what: 'zones in zones',
    hosts: {
      'o.cluster.local': one,
      'n.apps.cluster.local': two,
      'a.x.mid.cluster.local': three,
      'a.y.mid.cluster.local': ['10.0.0.4'],
    },
    answers: {
      [cluster]: 'silent',
      'apps.cluster.local': 'silent',
      'n.apps.cluster.local': two,
      'mid.cluster.local': 'silent',
      'x.mid.cluster.local': 'silent',
      'a.y.mid.cluster.local': ['10.0.0.4'],
    },
  },
  {
    what: 'a name between zones, claimed',
    hosts: { 'mid.cluster.local': one, 'a.x.mid.cluster.local': two },
    answers: { 'mid.cluster.local': one, 'x.mid.cluster.local': 'silent' },
  },
  {
    what: 'the question for a wildcard of the zone',
    hosts: { [b]: one, [ab]: two },
    answers: { '*.cluster.local': 'silent', 'any.cluster.local': 'silent' },
  },
  {
    what: 'somebody else’s key with a group of its own, below a name of ours',
    hosts: { [b]: one, [cb]: two },
    after: { '/skydns/local/cluster/b/a/0badcafe': foreign({ targetstrip: 1, group: 'g' }) },
    answers: { [b]: one, [cb]: two, [cluster]: 'silent' },
  },
  {
    what: 'somebody else’s key at a name that is silent, above a name of ours',
    hosts: { [cb]: two },
    after: { '/skydns/local/cluster/b/0badcafe': foreign({ targetstrip: 1 }) },
    answers: { [b]: ['10.9.9.9'], [cb]: two },
  },
  {
    what: 'the same, and it was there first',
    before: { '/skydns/local/cluster/b/0badcafe': foreign({ targetstrip: 1 }) },
    hosts: { [cb]: two },
    answers: { [b]: ['10.9.9.9'], [cb]: two },
  },
  {
    what: 'the same at the exact key, without a leaf: names below hide it, as always',
    before: { '/skydns/local/cluster/b': foreign() },
    hosts: { [cb]: two },
    answers: { [b]: exactKey, [cb]: two },
  },
  {
    what: 'somebody else’s key with a group of its own at a silent name, and it was there first',
    before: { '/skydns/local/cluster/b/0badcafe': foreign({ targetstrip: 1, group: 'g' }) },
    hosts: { [cb]: two },
    refused: { [cb]: 'foreign-record' },
    answers: { [b]: ['10.9.9.9'], [cb]: 'NXDOMAIN' },
  },
  {
    what: 'somebody else’s key at a name that we are asked for, and it was there first',
    before: { '/skydns/local/cluster/b/0badcafe': foreign({ targetstrip: 1 }) },
    hosts: { [b]: one },
    refused: { [b]: 'foreign-record' },
    answers: { [b]: ['10.9.9.9'] },
  },
  {
    what: 'somebody else’s key with a group of its own at the exact key, and it was there first',
    before: { '/skydns/local/cluster/b': foreign({ group: 'g' }) },
    hosts: { [b]: one },
    refused: { [b]: 'foreign-record' },
    answers: { [b]: { A: 'A 10.9.9.9', SRV: `SRV 0 ${b} + A 10.9.9.9`, ...exactKey } },
  },
  {
    what: 'another instance’s placeholder, which does what ours does',
    before: {
      '/skydns/local/cluster/b/!0badcafe': foreign({ host: b, port: -1, targetstrip: 1, group: b }),
    },
    hosts: { [b]: one, [cb]: two },
    answers: { [b]: one, [cb]: two },
  },
  {
    what: 'somebody else’s keys in a zone, and a question for the zone’s own addresses',
    hosts: { [b]: one },
    after: { '/skydns/local/cluster/f/0badcafe': foreign({ targetstrip: 1 }) },
    leaks: true,
    answers: {
      [cluster]: { NS: 'NXDOMAIN', SRV: 'SRV 0 f.cluster.local + f.cluster.local A 10.9.9.9' },
      [b]: one,
    },
  },
  {
    what: 'somebody else’s key without a group, below a name of ours',
    hosts: { [b]: one, [cb]: two },
    after: { '/skydns/local/cluster/b/a/0badcafe': foreign({ targetstrip: 1 }) },
    leaks: true,
    answers: {
      [b]: {
        A: 'A 10.0.0.1, A 10.9.9.9',
        SRV: `SRV 0 ${ab}, SRV 0 ${b} + A 10.0.0.1, ${ab} A 10.9.9.9`,
      },
      [cb]: two,
    },
  },
  {
    what: 'the same at the exact key, without a leaf: the other names stay apart',
    hosts: { [b]: one, [cb]: two },
    after: { '/skydns/local/cluster/b/0': foreign() },
    leaks: true,
    answers: {
      [b]: {
        A: 'A 10.0.0.1, A 10.9.9.9',
        SRV: `SRV 0 0.${b}, SRV 0 ${b} + 0.${b} A 10.9.9.9, A 10.0.0.1`,
      },
      [cb]: two,
    },
  },
  {
    what: 'the same with a group, written later: CoreDNS filters nothing at the name above',
    hosts: { [b]: one, [cb]: two },
    after: { '/skydns/local/cluster/b/0': foreign({ group: 'g' }) },
    leaks: true,
    answers: {
      [b]: {
        A: 'A 10.0.0.1, A 10.0.0.2, A 10.9.9.9',
        SRV: `SRV 0 0.${b}, SRV 0 ${b}, SRV 0 ${cb} + 0.${b} A 10.9.9.9, A 10.0.0.1, ${cb} A 10.0.0.2`,
      },
      [cb]: two,
    },
  },
  {
    what: 'the same with a group, and it was there first: no name of ours comes below it',
    before: { '/skydns/local/cluster/b/0': foreign({ group: 'g' }) },
    hosts: { [b]: one, [cb]: two },
    refused: { [cb]: 'foreign-record' },
    leaks: true,
    answers: {
      [b]: {
        A: 'A 10.0.0.1, A 10.9.9.9',
        SRV: `SRV 0 0.${b}, SRV 0 ${b} + 0.${b} A 10.9.9.9, A 10.0.0.1`,
      },
      [cb]: 'NXDOMAIN',
    },
  },
  {
    what: 'somebody else’s key with a group of its own at the exact key of a name of ours, written later',
    hosts: { [b]: one, [cb]: two },
    after: { '/skydns/local/cluster/b': foreign({ group: 'g' }) },
    leaks: true,
    answers: {
      [b]: { A: 'A 10.0.0.1', SRV: `SRV 0 ${b} + A 10.0.0.1`, ...exactKey },
      [cb]: two,
      [cluster]: {
        NS: 'NXDOMAIN',
        SRV: `SRV 0 ${b}, SRV 0 ${cb} + ${b} A 10.0.0.1, ${b} A 10.9.9.9, ${cb} A 10.0.0.2`,
      },
    },
  },
  {
    what: 'somebody else’s key at a name of ours, written later',
    hosts: { [b]: one, [cb]: two },
    after: { '/skydns/local/cluster/b/0badcafe': foreign({ targetstrip: 1 }) },
    leaks: true,
    answers: {
      [b]: { A: 'A 10.0.0.1, A 10.9.9.9', SRV: `SRV 0 ${b} + A 10.0.0.1, A 10.9.9.9` },
      [cb]: two,
    },
  },
  {
    what: 'questions with a wildcard further in: whoever may ask can list names',
    hosts: { [b]: one, 'd.cluster.local': two },
    leaks: true,
    answers: {
      '*.b.cluster.local': { A: 'A 10.0.0.1', SRV: `SRV 0 ${b} + ${b} A 10.0.0.1` },
      '*.*.cluster.local': {
        A: 'A 10.0.0.1, A 10.0.0.2',
        SRV: `SRV 0 ${b}, SRV 0 d.cluster.local + ${b} A 10.0.0.1, d.cluster.local A 10.0.0.2`,
      },
    },
  },
]

/**
 * A name that exists without records. CNAME and PTR are looked up by the exact key, which no name of ours has
 * (CoreDNS issue 2849).
 */
export const silent: Readonly<Record<QuestionType, string>> = {
  A: 'NODATA',
  AAAA: 'NODATA',
  CNAME: 'NXDOMAIN',
  TXT: 'NODATA',
  SRV: 'NODATA',
  PTR: 'NXDOMAIN',
  MX: 'NODATA',
  NS: 'NODATA',
  SOA: 'SOA',
}

export const isList = (expected: Expected): expected is readonly string[] => Array.isArray(expected)

/** What CoreDNS must answer to each type at a name. */
export function expectedAt(
  name: string,
  expected: Expected,
): Readonly<Record<QuestionType, string>> {
  const isZone = zones.includes(name)
  const base = { ...silent, ...(isZone && { NS: 'NXDOMAIN' }) } // there is no ns.dns.ZONE
  if (expected === 'silent') return base
  if (expected === 'NXDOMAIN') {
    const types = Object.keys(silent).map((type) => [type, 'NXDOMAIN'])
    return { ...Object.fromEntries(types), SOA: 'SOA' } as Record<QuestionType, string> // each was there
  }
  if (!isList(expected)) return { ...base, ...expected }
  const v4 = expected.filter((address) => !address.includes(':')).map((each) => `A ${each}`)
  const v6 = expected.filter((address) => address.includes(':')).map((each) => `AAAA ${each}`)
  return {
    ...base,
    ...(v4.length > 0 && { A: v4.join(', ') }),
    ...(v6.length > 0 && { AAAA: v6.join(', ') }),
    SRV: `SRV 0 ${name} + ${[...v4, ...v6].join(', ')}`,
  }
}
