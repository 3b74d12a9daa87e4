import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto'
import { BitString, Integer, OctetString, Utf8String } from 'asn1js'
import {
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
} from 'pkijs'
import { certificatesIn } from '../../functions/certificates/pem.ts'
import { GiveUp } from '../errors.ts'

export interface Wanted {
  /** PEM: the CA that the key belongs to is one of these. */
  readonly ca: string
  /** PEM. */
  readonly caKey: string
  readonly commonName: string
  /** It ends with its CA at the latest. */
  readonly days: number
  readonly now: Date
}

/** PEM texts. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

/** Clocks of others may be behind by so much. */
const skewMs = 300_000

/** A new key (EC, P-256) and a certificate for it, for clients only (RFC 5280). @throws GiveUp if the CA can't sign */
export async function issueCertificate(wanted: Wanted): Promise<Pair> {
  const { commonName, days, now } = wanted
  const { ca, signingKey } = signerOf(wanted)
  const issuer = Certificate.fromBER(ca.raw)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ownKey = publicKey.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify'])

  const certificate = new Certificate({ version: 2 }) // which is X.509 version 3
  certificate.serialNumber = new Integer({ valueHex: serialNumber() })
  certificate.issuer = issuer.subject
  const type = '2.5.4.3' // commonName
  const name = new AttributeTypeAndValue({ type, value: new Utf8String({ value: commonName }) })
  certificate.subject.typesAndValues.push(name)
  certificate.notBefore.value = later(ca.validFromDate, new Date(now.getTime() - skewMs))
  certificate.notAfter.value = sooner(ca.validToDate, new Date(now.getTime() + days * 86_400_000))
  await certificate.subjectPublicKeyInfo.importKey(ownKey)
  certificate.extensions = extensionsOf(issuer)
  await certificate.sign(signingKey, 'SHA-256')
  const { raw } = new X509Certificate(Buffer.from(certificate.toSchema(true).toBER()))
  return {
    cert: new X509Certificate(raw).toString(),
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
}

/** That of a bundle which the key belongs to. */
function signerOf({ ca, caKey }: Wanted) {
  const certificates = certificatesIn(ca)
  if ('wrong' in certificates) throw new GiveUp(`the CA’s certificate: ${certificates.wrong}`)
  const key = readKey(caKey)
  const found = certificates.find((each) => each.ca && each.checkPrivateKey(key))
  if (!found) throw new GiveUp('the CA’s key belongs to no CA of etcd.ca')
  return { ca: found, signingKey: key.toCryptoKey(signingBy(key), false, ['sign']) }
}

function readKey(text: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch {
    throw new GiveUp('the CA’s key can’t be read: it must be PEM, and not encrypted')
  }
}

function signingBy({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  const namedCurve = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }[
    asymmetricKeyDetails?.namedCurve ?? ''
  ]
  if (asymmetricKeyType === 'ec' && namedCurve) return { name: 'ECDSA', namedCurve }
  if (asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  throw new GiveUp(`a CA’s key of type ${asymmetricKeyType} is not signed with: RSA and EC are`)
}

function extensionsOf(issuer: Certificate): Extension[] {
  const extension = (extnID: string, critical: boolean, value: { toBER(): ArrayBuffer }) =>
    new Extension({ extnID, critical, extnValue: value.toBER() })
  const signing = new Uint8Array([0b1000_0000]) // digitalSignature, the first bit
  const usage = { keyPurposes: ['1.3.6.1.5.5.7.3.2'] } // clientAuth
  const extensions = [
    extension('2.5.29.19', true, new BasicConstraints({ cA: false }).toSchema()),
    extension('2.5.29.15', true, new BitString({ valueHex: signing.buffer, unusedBits: 7 })),
    extension('2.5.29.37', false, new ExtKeyUsage(usage).toSchema()),
  ]
  const found = issuer.extensions?.find(({ extnID }) => extnID === '2.5.29.14')
  const keyIdentifier: unknown = found?.parsedValue
  if (keyIdentifier instanceof OctetString) {
    // of two CAs with one name, as a rolled one leaves them, it says which
    const authority = new AuthorityKeyIdentifier({ keyIdentifier })
    extensions.push(extension('2.5.29.35', false, authority.toSchema()))
  }
  return extensions
}

/** Positive, of 127 bits by chance (RFC 5280 4.1.2.2). */
function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.buffer
}

const later = (a: Date, b: Date) => (a > b ? a : b)
const sooner = (a: Date, b: Date) => (a < b ? a : b)
