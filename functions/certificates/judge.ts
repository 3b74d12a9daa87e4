import { createPrivateKey, hash, type X509Certificate } from 'node:crypto'
import { bestChain, datesFault, endOf, oneLine } from './chain.ts'
import { certificatesIn, pemBlocks } from './pem.ts'

/** Texts of PEM files: by what a client knows a server, and what it shows of itself. */
export interface Credentials {
  /** One CA, or a bundle of those that count while a new one is rolled out. */
  readonly ca: string
  /** Undefined for a client that shows no certificate. */
  readonly pair: { readonly cert: string; readonly key: string } | undefined
}

export interface Verdict {
  /** Other texts have another one. */
  readonly fingerprint: string
  /** What the texts hold, as far as they could be read: ours, and the CA that it comes from. */
  readonly certificates: readonly Certificate[]
  /** Why a client should not go on with these; undefined if they are right. */
  readonly wrong: string | undefined
}

export interface Certificate {
  readonly part: 'ca' | 'cert'
  readonly subject: string
  readonly issuer: string
  /** Hexadecimal. */
  readonly serial: string
  readonly from: Date
  /** With intermediate certificates, when the first of all ends. */
  readonly until: Date
  /** Whole days until then, from {@link warnDays} before on; negative afterwards. */
  readonly daysLeft: number | undefined
}

/** kubeadm's client certificates last a year; renewing them may have to wait for a maintenance window. */
export const warnDays = 30

/** `clientAuth` and `anyExtendedKeyUsage` (RFC 5280 4.2.1.12): etcd refuses a certificate that names only others. */
const clientUsages = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0']

/** Whether a client may go on with these: the key belongs to the certificate, which comes from the CA and counts now. */
export function judge({ ca, pair }: Credentials, now: Date): Verdict {
  const fingerprint = hash('sha256', JSON.stringify([ca, pair?.cert, pair?.key])).slice(0, 16)
  const unread = (wrong: string): Verdict => ({ fingerprint, certificates: [], wrong })
  const trusted = certificatesIn(ca)
  if ('wrong' in trusted) return unread(`CA: ${trusted.wrong}`)
  const lasting = trusted.reduce((a, b) => (b.validToDate > a.validToDate ? b : a))
  const ofCa = describe('ca', [lasting], now)
  if (!pair) return { fingerprint, certificates: [ofCa], wrong: datesFault([lasting], now) }

  const ours = certificatesIn(pair.cert)
  if ('wrong' in ours) return { ...unread(`certificate: ${ours.wrong}`), certificates: [ofCa] }
  const [own, ...between] = ours
  const chain = bestChain(own, between, trusted, now)
  const [anchor = lasting, ...issued] = chain?.toReversed() ?? []
  return {
    fingerprint,
    certificates: [describe('ca', [anchor], now), describe('cert', [own, ...issued], now)],
    wrong:
      keyFault(pair.key, own) ??
      usageFault(own) ??
      (chain
        ? datesFault(chain, now)
        : `${oneLine(own.subject)} comes from no CA of the CA’s file`),
  }
}

function keyFault(text: string, certificate: X509Certificate): string | undefined {
  const blocks = pemBlocks(text)
  if ('wrong' in blocks) return `key: ${blocks.wrong}`
  const block = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'))
  if (!block) return `key: it holds no key but a ${blocks[0].label}`
  if (/ENCRYPTED/.test(block.text)) return 'key: it is encrypted, and we have no password for it'
  try {
    const belongs = certificate.checkPrivateKey(createPrivateKey(block.text))
    return belongs ? undefined : 'the key does not belong to the certificate'
  } catch {
    return 'key: it can’t be read' // what OpenSSL says of it might quote it
  }
}

function usageFault({ keyUsage, subject }: X509Certificate): string | undefined {
  const isForClients = keyUsage?.some((usage) => clientUsages.includes(usage)) ?? true
  return isForClients ? undefined : `${oneLine(subject)} is not for clients (clientAuth)`
}

function describe(
  part: 'ca' | 'cert',
  chain: readonly [X509Certificate, ...X509Certificate[]],
  now: Date,
): Certificate {
  const [first] = chain
  const until = new Date(endOf(chain))
  const days = Math.floor((until.getTime() - now.getTime()) / 86_400_000)
  return {
    part,
    subject: oneLine(first.subject),
    issuer: oneLine(first.issuer),
    serial: first.serialNumber,
    from: first.validFromDate,
    until,
    daysLeft: days < warnDays ? days : undefined,
  }
}
