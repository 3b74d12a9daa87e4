import { type Attempt, trapped } from './attempt.ts'

const zone = 'cluster.local'
const shop = `till.${zone}`

/** A host that is no name. */
const invalid = (
  tries: string,
  host: string,
  asked?: string,
  reason = 'invalid-name',
): Attempt => ({
  tries,
  does: (mallory) => mallory.applies({ hosts: [host] }),
  answers: asked === undefined ? {} : { [asked]: 'NXDOMAIN' },
  shown: [reason],
})

/** A name that is the victim's, however it is written. */
const taken = (tries: string, host: string): Attempt => ({
  tries,
  does: (mallory) => mallory.applies({ hosts: [host] }),
  answers: {},
  shown: ['taken'],
})

/** A name that nobody has, and that nothing speaks against. */
const granted = (tries: string, host: string): Attempt => ({
  tries,
  does: (mallory) => mallory.applies({ hosts: [host] }),
  answers: { [host]: trapped },
})

const long = ['a', 'b', 'c'].map((letter) => letter.repeat(63)).join('.')

export const spellings: readonly Attempt[] = [
  invalid('our own state by a way up', '../../k2s-dns/k2s-dns/schema'),
  invalid('the API server’s state by a way up', '../../registry/secrets/shop/x'),
  invalid('a way up within the zone', `../till.${zone}`, `x.${zone}`),
  invalid('a slash: another name’s key', `api/till.${zone}`),
  invalid('a slash in front', '/registry'),
  invalid('an encoded slash', `api%2ftill.${zone}`),
  invalid('a backslash', `api\\till.${zone}`),
  invalid('a dot escaped as in zone files', `api\\046till.${zone}`),
  invalid('a NUL, which ends a key for some', `till\0.${zone}`),
  invalid('a line break, which begins a log line', `x\n{"level":"info"}.${zone}`),
  invalid('an escape sequence for terminals', `\u001b[2Jtill.${zone}`),
  invalid('an ideographic full stop', `x\u3002till.${zone}`),
  invalid('a full-width full stop', `x\uff0etill.${zone}`),
  invalid('full-width letters', `\uff53\uff48\uff4f\uff50.${zone}`),
  invalid('a Cyrillic letter', `\u0455hop.${zone}`),
  granted('the same in Punycode: another name, which answers as such', `xn--hop-kkf.${zone}`),
  invalid('a Kelvin sign, which lower case makes a k', `boo\u212a.${zone}`),
  invalid('a long s, which upper case makes an S', `\u017fhop.${zone}`),
  invalid('a soft hyphen, which IDNA drops', `sh\u00adop.${zone}`),
  invalid('a zero-width joiner', `sh\u200dop.${zone}`),
  invalid('half a surrogate pair', `\ud83d.${zone}`),
  taken('the same name in upper case', `TILL.Cluster.LOCAL`),
  taken('the same name with a trailing dot', `${shop}.`),
  invalid('a second trailing dot', `${shop}..`),
  invalid('an empty label', `x..${shop}`),
  invalid('an empty first label', `.${shop}`),
  invalid('a blank around the name', ` ${shop} `),
  invalid('a label of 64 octets', `${'a'.repeat(64)}.${zone}`),
  granted('a label of 63 octets', `${'a'.repeat(63)}.${zone}`),
  invalid('a name of 254 octets', `${long}.${'d'.repeat(48)}.${zone}`),
  granted('a name of 253 octets', `${long}.${'d'.repeat(47)}.${zone}`),
  {
    tries: 'more levels than a transaction holds',
    does: (mallory) => mallory.applies({ hosts: [`a.b.c.d.e.f.g.h.i.j.${zone}`] }),
    answers: { [`a.b.c.d.e.f.g.h.i.j.${zone}`]: 'NXDOMAIN', [`j.${zone}`]: 'NXDOMAIN' },
    shown: ['too-deep'],
  },
  invalid('every name of the zone', `*.${zone}`, `x.${zone}`, 'wildcard'),
  invalid('every name below the victim’s', `*.${shop}`, `x.${shop}`, 'wildcard'),
  invalid('everything', '*', `x.${zone}`, 'wildcard'),
  {
    tries: 'every name of the zone, by a certificate',
    does: (mallory) => mallory.applies({ tls: [`*.${zone}`] }),
    answers: { [`x.${zone}`]: 'NXDOMAIN' },
  },
  invalid('CoreDNS’s other wildcard', `any.${zone}`, `x.${zone}`),
  invalid('CoreDNS’s other wildcard below the victim’s name', `x.any.${shop}`, `x.x.${shop}`),
  invalid('a label for certificates', `_acme-challenge.${shop}`, `TXT _acme-challenge.${shop}`),
  invalid('a label for services', `_https._tcp.${shop}`, `SRV _https._tcp.${shop}`),
  invalid('a name that JavaScript has a meaning for', `__proto__.${zone}`),
  granted('another such name', `constructor.${zone}`),
  invalid('an IPv4 address', '10.0.0.1'),
  invalid('an IPv6 address', '[fd00::1]'),
  invalid('a numeric top level domain', 'shop.123'),
  granted('an address as labels', `172.19.1.100.${zone}`),
]
