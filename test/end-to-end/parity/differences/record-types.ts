import type { Difference } from './difference.ts'

export const recordTypes: readonly Difference[] = [
  {
    what: 'SRV of DNSEndpoints',
    theirs: 'drops all: one check forbids the trailing dot, another one asks for it',
    ours: 'writes them, with a dot or without',
    why: 'so they answer',
    at: ['_http._tcp.crd', '_https._tcp.crd'],
  },
  {
    what: 'MX',
    theirs: 'writes the data into `host`, which CoreDNS takes for a name',
    ours: 'writes priority and host',
    why: 'so they answer',
    at: ['mx.crd', 'mx-dot.crd'],
  },
  {
    what: 'A text beside an address',
    theirs: 'writes it into the address’s key',
    ours: 'writes a key of its own',
    why: 'CoreDNS answers no text from a key that has a host',
    at: ['a-txt.crd'],
  },
  {
    what: 'Several texts',
    theirs: 'writes the first one',
    ours: 'writes all',
    why: 'none of them is less meant',
    at: ['txts.crd'],
  },
  {
    what: 'Quotes around a text',
    theirs: 'makes them part of the text',
    ours: 'reads them as in a zone file (RFC 1035, 5.1)',
    why: 'that is what other providers do, and what people mean by them',
    at: ['quoted.crd'],
  },
  {
    what: 'A text that reads as an entry of ExternalDNS’s registry',
    theirs: 'writes it',
    ours: 'refuses it',
    why: 'whoever may write DNSEndpoints could say whose a name is',
    at: ['heritage.crd'],
  },
  {
    what: 'NS, NAPTR',
    theirs: 'writes their data into `host`, which CoreDNS takes for a name',
    ours: 'refuses them',
    why: 'CoreDNS’s etcd plugin does not serve them',
    at: ['ns.crd', 'naptr.crd'],
  },
]
