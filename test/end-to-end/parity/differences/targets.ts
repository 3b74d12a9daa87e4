import type { Difference } from './difference.ts'

export const targets: readonly Difference[] = [
  {
    what: 'Two names as targets',
    theirs: 'writes two CNAMEs',
    ours: 'refuses them',
    why: 'a name has one CNAME (RFC 2181, 10.1)',
    at: ['names.ingress', 'cnames.crd'],
  },
  {
    what: 'A name that is an alias of itself',
    theirs: 'writes it',
    ours: 'refuses it',
    why: 'CoreDNS drops such an alias: nothing answers',
    at: ['itself.ingress'],
  },
  {
    what: 'A target that is no name',
    theirs: 'writes a CNAME to it',
    ours: 'refuses it (`invalid-target`)',
    why: 'what can’t be looked up helps nobody, and whoever wrote it should know',
    at: ['mistaken.ingress'],
  },
  {
    what: 'Trailing dots of targets',
    theirs: 'keeps that of a DNSEndpoint’s CNAME',
    ours: 'drops it',
    why: 'one spelling for one name; the answer is the same',
    at: ['cname-dot.crd'],
  },
  {
    what: 'Spellings of an IPv6 address',
    theirs: 'keeps them, and takes IPv4 in IPv6’s clothes for IPv6',
    ours: 'writes the canonical form (RFC 5952), and IPv4 as what it is',
    why: 'the same address has to be the same key; the answer is the same',
    at: ['long.ingress', 'mapped.ingress'],
  },
  {
    what: 'More than 32 targets',
    theirs: 'writes all',
    ours: 'refuses the name (`too-many-targets`)',
    why: 'answers have to fit into a packet, and a name into one transaction',
    at: ['many.ingress'],
  },
  {
    what: 'One name, two namespaces, other targets',
    theirs: 'answers the targets of both',
    ours: 'leaves the name to whoever claimed it first and refuses the other (`taken`)',
    why: 'else every tenant could take a share of another one’s traffic',
    at: ['taken.ingress'],
  },
  {
    what: 'One name, one namespace, other TTLs or kinds',
    theirs: 'takes one of them, by the order of their targets, and drops the other without a word',
    ours: 'answers the targets of both, with the smaller TTL',
    why: 'what is joined if the TTLs are the same should not be lost if they aren’t',
    at: ['unlike-ttl.ingress', 'beside.ingress'],
  },
]
