import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { judge } from '../../../functions/certificates/judge.ts'
import { issueCertificate } from '../../../runtime/credentials/issue-certificate.ts'
import { failureOf } from '../../support/outcome.ts'
import { openssl, pki } from '../../support/pki.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-issue-'))
process.once('exit', () => rmSync(folder, { recursive: true }))
const make = pki(folder)
const ca = make('etcd-ca', { isCa: true })
const renewed = make('etcd-ca', { isCa: true })
const rsa = make('etcd-ca', { isCa: true, algorithm: 'rsa' })
const ed25519 = make('etcd-ca', { isCa: true, algorithm: 'ed25519' })
const leaf = make('no-ca', { by: ca })
const now = new Date()
const usual = { commonName: 'k2s-dns', days: 30, now }

const test = suite('a certificate that is issued')

for (const [what, signer] of [
  ['EC', ca],
  ['RSA', rsa],
] as const) {
  test(`by a CA with a key of ${what} is taken by us and by openssl`, async () => {
    const pair = await issueCertificate({ ...usual, ca: signer.cert, caKey: signer.key })
    const { wrong, certificates } = judge({ ca: signer.cert, pair }, now)
    assert.is(wrong, undefined)
    const own = certificates.find(({ part }) => part === 'cert')
    assert.equal([own?.subject, own?.issuer], ['CN=k2s-dns', 'CN=etcd-ca'])
    assert.ok(Math.abs(Number(own?.until) - now.getTime() - 30 * 86_400_000) < 2_000)
    const file = path.join(folder, `${what}.crt`)
    writeFileSync(file, pair.cert)
    const strict = ['-x509_strict', '-purpose', 'sslclient', '-CAfile', signer.certFile]
    assert.match(String(openssl('verify', ...strict, file)), /OK$/m)
    const [first, second] = [
      pair,
      await issueCertificate({ ...usual, ca: signer.cert, caKey: signer.key }),
    ]
    assert.is.not(
      new X509Certificate(first.cert).serialNumber,
      new X509Certificate(second.cert).serialNumber,
    )
  })
}

test('by one CA of a bundle comes from that one', async () => {
  const pair = await issueCertificate({ ...usual, ca: ca.cert + renewed.cert, caKey: renewed.key })
  assert.is(judge({ ca: renewed.cert, pair }, now).wrong, undefined)
  assert.match(judge({ ca: ca.cert, pair }, now).wrong ?? '', /comes from no CA/)
})

test('ends with its CA at the latest', async () => {
  const pair = await issueCertificate({ ...usual, ca: ca.cert, caKey: ca.key, days: 9_999 })
  assert.is(new X509Certificate(pair.cert).validTo, new X509Certificate(ca.cert).validTo)
})

for (const [what, given, said] of [
  ['another CA’s key', { caKey: renewed.key }, /belongs to no CA of etcd.ca/],
  ['the key of what is no CA', { ca: leaf.cert, caKey: leaf.key }, /belongs to no CA of etcd.ca/],
  ['no key', { caKey: ca.cert }, /can’t be read/],
  ['no certificate', { ca: ca.key }, /it holds no certificate but a PRIVATE KEY/],
  ['a key of Ed25519', { ca: ed25519.cert, caKey: ed25519.key }, /ed25519.*RSA and EC are/],
] as const) {
  test(`is none with ${what}`, async () => {
    const outcome = issueCertificate({ ...usual, ca: ca.cert, caKey: ca.key, ...given })
    assert.match(String(await failureOf(outcome)), said)
  })
}

test.run()
