import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Credentials, judge } from '../../../functions/certificates/judge.ts'
import { openssl, pki } from '../../support/pki.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-judge-'))
process.once('exit', () => rmSync(folder, { recursive: true }))
const make = pki(folder)

const ca = make('etcd-ca', { isCa: true, days: 3_650 })
const renewed = make('etcd-ca', { isCa: true, days: 3_650 })
const short = make('etcd-ca', { isCa: true, days: 5 })
const between = make('between', { isCa: true, by: ca, days: 20 })
const ours = make('k2s-dns', { by: ca })
const other = make('k2s-dns', { by: ca })
const ofRenewed = make('k2s-dns', { by: renewed })
const ofBetween = make('k2s-dns', { by: between })
const ofNoCa = make('k2s-dns', { by: ours })
const ofShort = make('k2s-dns', { by: short })
const unidentified = { isCa: true, identified: false }
const [plainCa, otherPlainCa] = [make('etcd-ca', unidentified), make('etcd-ca', unidentified)]
const ofPlain = make('k2s-dns', { by: plainCa, identified: false })
const forServers = make('etcd', { by: ca, usage: 'serverAuth' })
const forAnything = make('k2s-dns', { by: ca, usage: '' })
const rsa = make('k2s-dns', {
  by: make('etcd-ca', { isCa: true, algorithm: 'rsa' }),
  algorithm: 'rsa',
})
const rsaCa = make('rsa-ca', { isCa: true, algorithm: 'rsa' })
const mixed = make('k2s-dns', { by: rsaCa, algorithm: 'ed25519' })
const ed25519Ca = make('ed-ca', { isCa: true, algorithm: 'ed25519' })
const ofEd25519 = make('k2s-dns', { by: ed25519Ca, algorithm: 'ed25519' })

const now = new Date() // all of them have begun
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000)

const der = openssl('x509', '-in', ours.certFile, '-outform', 'der').toString()
const derKey = openssl('pkey', '-in', ours.keyFile, '-outform', 'der').toString()
const pkcs8 = openssl('pkcs8', '-topk8', '-in', ours.keyFile, '-passout', 'pass:x').toString()
const rfc1421 = openssl('ec', '-in', ours.keyFile, '-aes128', '-passout', 'pass:x').toString()
const sec1 = openssl('ec', '-in', ours.keyFile).toString()
const described = openssl('x509', '-in', ours.certFile, '-text').toString()
const half = (text: string) => text.slice(0, text.length / 2)

type Row = readonly [what: string, given: Partial<Given>, wrong?: RegExp]
type Given = Credentials['pair'] & { readonly ca: string; readonly at: Date }

const rows: readonly Row[] = [
  ['a pair of this CA', {}],
  ['a key in the older format of EC', { key: sec1 }],
  ['a certificate with its description', { cert: described }],
  [
    'a key with the curve’s parameters before it',
    { key: `${openssl('ecparam', '-name', 'prime256v1')}${sec1}` },
  ],
  ['a usage that is not restricted', forAnything],
  ['a chain of two', { ...ofBetween, cert: ofBetween.cert + between.cert }],
  [
    'a chain with its CA at the end',
    { ...ofBetween, cert: ofBetween.cert + between.cert + ca.cert },
  ],
  ['an intermediate CA that is trusted itself', { ...ofBetween, ca: between.cert }],
  ['a bundle of the old CA and the new, ours of the old', { ca: renewed.cert + ca.cert }],
  [
    'a bundle of the old CA and the new, ours of the new',
    { ...ofRenewed, ca: ca.cert + renewed.cert },
  ],
  ['a bundle whose other CA has ended', { ca: short.cert + ca.cert, at: inDays(10) }],
  ['two CAs that only their keys tell apart', { ...ofPlain, ca: otherPlainCa.cert + plainCa.cert }],
  ['Ed25519 of RSA', { ...mixed, ca: rsaCa.cert }],
  ['Ed25519 of Ed25519', { ...ofEd25519, ca: ed25519Ca.cert }],
  ['RSA of another CA of that name', rsa, /CN=k2s-dns comes from no CA of the CA’s file/],
  ['another’s key', { key: other.key }, /^the key does not belong to the certificate$/],
  ['another kind of key', { key: rsa.key }, /^the key does not belong to the certificate$/],
  [
    'the new certificate and the old key',
    { cert: ofRenewed.cert, ca: renewed.cert },
    /^the key does not belong/,
  ],
  [
    'certificate and key swapped',
    { cert: ours.key, key: ours.cert },
    /^certificate: it holds no certificate but a PRIVATE KEY$/,
  ],
  ['a certificate for a key', { key: ours.cert }, /^key: it holds no key but a CERTIFICATE$/],
  ['CA and certificate swapped', { cert: ca.cert, ca: ours.cert }, /^the key does not belong/],
  [
    'a half-written certificate',
    { cert: half(ours.cert) },
    /^certificate: it ends within a PEM block$/,
  ],
  [
    'a half-written second of the chain',
    { ...ofBetween, cert: ofBetween.cert + half(between.cert) },
    /^certificate: it ends within a PEM block$/,
  ],
  ['a half-written key', { key: half(ours.key) }, /^key: it ends within a PEM block$/],
  [
    'a half-written bundle',
    { ca: ca.cert + half(renewed.cert) },
    /^CA: it ends within a PEM block$/,
  ],
  ['an empty certificate', { cert: '' }, /^certificate: it is empty$/],
  ['an empty key', { key: '\n' }, /^key: it is empty$/],
  ['an empty CA', { ca: '' }, /^CA: it is empty$/],
  ['DER', { cert: der }, /^certificate: it is no PEM; DER is made PEM by/],
  ['a key in DER', { key: derKey }, /^key: it is no PEM/],
  [
    'a certificate that is none',
    { cert: ours.cert.replace(/M[^\n]+\n/, 'AAAA\n') },
    /^certificate: a certificate in it can’t be read$/,
  ],
  [
    'a key that is none',
    { key: ours.key.replace(/M[^\n]+\n/, 'AAAA\n') },
    /^key: it can’t be read$/,
  ],
  ['an encrypted key (PKCS #8)', { key: pkcs8 }, /^key: it is encrypted/],
  ['an encrypted key (RFC 1421)', { key: rfc1421 }, /^key: it is encrypted/],
  [
    'a CA of that name which signed another',
    { ...ofPlain, ca: otherPlainCa.cert },
    /comes from no CA/,
  ],
  ['a chain without its middle', ofBetween, /comes from no CA/],
  ['an issuer that is no CA', { ...ofNoCa, cert: ofNoCa.cert + ours.cert }, /comes from no CA/],
  ['the new CA without the old one', { ca: renewed.cert }, /comes from no CA/],
  ['a server’s certificate', forServers, /^CN=etcd is not for clients/],
  ['one that has ended', { at: inDays(366) }, /^CN=k2s-dns ended at/],
  ['one that has not begun', { at: inDays(-1) }, /^CN=k2s-dns begins at .* only$/],
  ['a CA that has ended', { ...ofShort, ca: short.cert, at: inDays(6) }, /^CN=etcd-ca ended at/],
  [
    'a middle that has ended',
    { ...ofBetween, cert: ofBetween.cert + between.cert, at: inDays(21) },
    /^CN=between ended at/,
  ],
]

const given = { cert: ours.cert, key: ours.key, ca: ca.cert, at: now }
const judged = (changes: Partial<Given>) => {
  const { ca, cert, key, at } = { ...given, ...changes }
  return judge({ ca, pair: { cert, key } }, at)
}

const test = suite('a client’s certificate')
for (const [what, changes, wrong] of rows) {
  test(`${what} is ${wrong ? 'refused' : 'right'}`, () => {
    const { wrong: found } = judged(changes)
    if (wrong) assert.match(found ?? 'nothing', wrong)
    else assert.is(found, undefined)
  })
}

test('no refusal quotes the key', () => {
  const [secret = ''] = /[^\n]{20,}/.exec(ours.key.split('\n')[1] ?? '') ?? []
  for (const [, changes] of rows) assert.not.match(judged(changes).wrong ?? '', secret)
})

const days = (changes: Partial<Given>) =>
  Object.fromEntries(judged(changes).certificates.map(({ part, daysLeft }) => [part, daysLeft]))

test('days are counted from 30 days before the end', () => {
  assert.equal(days({}), { ca: undefined, cert: undefined })
  assert.equal(days({ at: inDays(334.5) }), { ca: undefined, cert: undefined })
  assert.equal(days({ at: inDays(335.5) }), { ca: undefined, cert: 29 })
  assert.equal(days({ at: inDays(367.5) }), { ca: undefined, cert: -3 })
})

test('what ends first of a chain counts', () => {
  assert.equal(days({ ...ofBetween, cert: ofBetween.cert + between.cert }), {
    ca: undefined,
    cert: 19,
  })
})

test('the CA that ours comes from counts, not the other one of the bundle', () => {
  assert.equal(days({ ca: short.cert + ca.cert }), { ca: undefined, cert: undefined })
  assert.equal(days({ ...ofShort, ca: ca.cert + short.cert }).ca, 4)
})

test('a CA alone is judged by the one that lasts longest', () => {
  const alone = judge({ ca: short.cert + ca.cert, pair: undefined }, inDays(10))
  assert.equal([alone.wrong, alone.certificates.length], [undefined, 1])
  const ended = judge({ ca: short.cert, pair: undefined }, inDays(10))
  assert.match(ended.wrong ?? '', /^CN=etcd-ca ended/)
})

test('its fingerprint is of all three texts', () => {
  const all = [{}, { key: other.key }, { cert: other.cert }, { ca: renewed.cert }]
  assert.is(new Set(all.map((each) => judged(each).fingerprint)).size, all.length)
  assert.is(judged({}).fingerprint, judged({}).fingerprint)
})

test.run()
