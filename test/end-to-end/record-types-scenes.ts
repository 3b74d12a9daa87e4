import type { Hosts } from './record-types-world.ts'

/** The second is served by another server block: to the first it is somewhere else. */
export const zones = ['cluster.local', 'example']

export interface Scene {
  readonly what: string
  readonly hosts: Hosts
  /** A host of these that is refused: what CoreDNS answers is what it would, if its records were written. */
  readonly refused?: string
  /** By name and type; nothing (NODATA) for types that are left out. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const web = 'web.cluster.local'
const http = `_http._tcp.${web}`
const [node, mail, elsewhere] = ['node.cluster.local', 'mail.cluster.local', 'mail.example']
const hosts: Hosts = { [node]: ['10.0.0.8'], [mail]: ['10.0.0.9'], [elsewhere]: ['10.0.0.7'] }
const x = (count: number) => 'x'.repeat(count)
const web1 = { A: 'A 10.0.0.1', SRV: `SRV 10 100 0 ${web} + A 10.0.0.1` }

export const scenes: readonly Scene[] = [
  {
    what: 'an address and a text',
    hosts: { [web]: ['10.0.0.1', 'TXT v=spf1 -all'] },
    answers: { [web]: { ...web1, TXT: 'TXT "v=spf1 -all"' }, 'cluster.local': {} },
  },
  {
    what: 'texts alone',
    hosts: {
      [web]: ['TXT one', 'TXT say "two"', 'TXT a\\b\\065', 'TXT grün', 'TXT "v=DKIM1\\; " "p="'],
    },
    answers: {
      [web]: {
        TXT: 'TXT "a\\\\b\\\\065", TXT "grün", TXT "one", TXT "say \\"two\\"", TXT "v=DKIM1; p="',
      },
      'cluster.local': {},
    },
  },
  {
    what: 'long texts (254, 255, 256 and 1,000 octets)',
    hosts: { [web]: [254, 255, 256, 1_000].map((count) => `TXT ${x(count)}`) },
    answers: {
      [web]: {
        TXT:
          'TXT (254 octets), TXT (255 octets) "", TXT (255 octets) "x", ' +
          'TXT (255 octets) (255 octets) (255 octets) (235 octets)',
      },
    },
  },
  {
    what: 'a text below an address, as DMARC and ACME have it',
    hosts: { [web]: ['10.0.0.1'], [`_dmarc.${web}`]: ['TXT v=DMARC1'] },
    answers: {
      [web]: { ...web1, SRV: `SRV 10 50 0 ${web} + A 10.0.0.1` },
      [`_dmarc.${web}`]: { TXT: 'TXT "v=DMARC1"' },
    },
  },
  {
    what: 'services below an address',
    hosts: {
      ...hosts,
      [web]: ['10.0.0.1'],
      [http]: [
        `SRV 0 60 80 ${node}`,
        `SRV 0 40 81 ${mail}`,
        `SRV 0 0 82 ${mail}`,
        `SRV 5 0 83 ${elsewhere}`,
      ],
    },
    answers: {
      [http]: {
        SRV:
          `SRV 0 1 82 ${mail}, SRV 0 39 81 ${mail}, SRV 0 59 80 ${node}, SRV 5 100 83 ${elsewhere} + ` +
          `${mail} A 10.0.0.9, ${elsewhere} A 10.0.0.7, ${node} A 10.0.0.8`,
        A:
          `CNAME ${mail}, CNAME ${mail}, CNAME ${elsewhere}, CNAME ${node}, ${mail} A 10.0.0.9, ` +
          `${mail} A 10.0.0.9, ${elsewhere} A 10.0.0.7, ${node} A 10.0.0.8`,
        AAAA: `CNAME ${elsewhere}`,
        TXT: `CNAME ${elsewhere}`,
      },
      [`_tcp.${web}`]: {},
      [web]: { ...web1, SRV: `SRV 10 50 0 ${web} + A 10.0.0.1` },
    },
  },
  {
    what: 'a service that runs at the name above it',
    hosts: { [web]: ['10.0.0.1'], [http]: [`SRV 0 0 80 ${web}`] },
    answers: {
      [http]: {
        SRV: `SRV 0 100 80 ${web} + ${web} A 10.0.0.1`,
        A: `CNAME ${web}, ${web} A 10.0.0.1`,
      },
    },
  },
  {
    what: 'a mail host elsewhere',
    hosts: { ...hosts, [web]: [`MX 10 ${elsewhere}`, `MX 0 ${mail}`] },
    answers: {
      [web]: {
        MX: `MX 0 ${mail}, MX 10 ${elsewhere} + ${mail} A 10.0.0.9, ${elsewhere} A 10.0.0.7`,
        A: `CNAME ${mail}, CNAME ${elsewhere}, ${mail} A 10.0.0.9, ${elsewhere} A 10.0.0.7`,
        AAAA: `CNAME ${elsewhere}`,
        TXT: `CNAME ${elsewhere}`,
      },
      'cluster.local': {},
    },
  },
  {
    what: 'everything, with mail hosts and a service at the name and below it',
    hosts: {
      [web]: [
        ...['10.0.0.1', 'fd00::1', 'TXT hi', `SRV 10 0 80 n.${web}`],
        ...[`MX 10 mail.${web}`, `MX 20 ${web}`],
      ],
      [`mail.${web}`]: ['10.0.0.2'],
      [`n.${web}`]: ['10.0.0.3'],
    },
    answers: {
      [web]: {
        A: 'A 10.0.0.1',
        AAAA: 'AAAA fd00::1',
        TXT: 'TXT "hi"',
        SRV: `SRV 10 1 80 n.${web} + n.${web} A 10.0.0.3`,
        MX: `MX 10 mail.${web}, MX 20 ${web} + A 10.0.0.1, mail.${web} A 10.0.0.2`,
      },
      [`mail.${web}`]: { A: 'A 10.0.0.2', SRV: `SRV 10 100 0 mail.${web} + A 10.0.0.2` },
      'cluster.local': {},
    },
  },
  {
    what: 'an address beside a mail host elsewhere',
    hosts: { ...hosts, [web]: ['10.0.0.1', 'TXT hi', `MX 10 ${elsewhere}`] },
    refused: web,
    answers: {
      [web]: {
        A: `A 10.0.0.1, CNAME ${elsewhere}, ${elsewhere} A 10.0.0.7`,
        AAAA: `CNAME ${elsewhere}`,
        TXT: `CNAME ${elsewhere}, TXT "hi"`,
        SRV: `SRV 10 50 0 ${web} + A 10.0.0.1`,
        MX: `MX 10 ${elsewhere} + ${elsewhere} A 10.0.0.7`,
      },
    },
  },
  {
    what: 'a text beside a service in the zone',
    hosts: {
      ...hosts,
      [node]: ['10.0.0.8', 'TXT node’s'],
      [web]: ['TXT hi', `SRV 0 0 80 ${node}`],
    },
    refused: web,
    answers: {
      [web]: {
        A: `CNAME ${node}, ${node} A 10.0.0.8`,
        TXT: `CNAME ${node}, TXT "hi", ${node} TXT "node’s"`,
        SRV: `SRV 0 100 80 ${node} + ${node} A 10.0.0.8`,
      },
    },
  },
]
