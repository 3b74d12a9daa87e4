import type { X509Certificate } from 'node:crypto'

/** From ours over those between to one that is trusted. */
export type Chain = readonly X509Certificate[]

/**
 * The chain from a certificate to a trusted one: of several that which counts now and lasts the longest. In a bundle
 * two CAs may have the same name, or the same key and other dates.
 * @returns undefined if there is none
 */
export function bestChain(
  certificate: X509Certificate,
  between: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  now: Date,
): Chain | undefined {
  const rank = (chain: Chain) => (datesFault(chain, now) ? 0 : endOf(chain))
  const [best] = [...chains(certificate, between, trusted)].sort((a, b) => rank(b) - rank(a))
  return best
}

/** When the first of them ends, milliseconds since 1970. */
export const endOf = (chain: Chain): number =>
  Math.min(...chain.map(({ validToDate }) => validToDate.getTime()))

/** Why they don't count now (RFC 5280 4.1.2.5); undefined if they do. */
export function datesFault(chain: Chain, now: Date): string | undefined {
  const [early, late] = [
    chain.find(({ validFromDate }) => validFromDate > now),
    chain.find(({ validToDate }) => validToDate < now),
  ]
  if (late) return `${oneLine(late.subject)} ended at ${late.validToDate.toISOString()}`
  if (early) return `${oneLine(early.subject)} begins at ${early.validFromDate.toISOString()} only`
  return undefined
}

/** A distinguished name, which Node writes with a line for each of its parts. */
export const oneLine = (name: string): string => name.replaceAll('\n', ', ')

function* chains(
  from: X509Certificate,
  between: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
): Generator<Chain> {
  for (const anchor of trusted) if (isIssuedBy(from, anchor)) yield [from, anchor]
  for (const issuer of between) {
    if (!isIssuedBy(from, issuer)) continue
    const others = between.filter((each) => each !== issuer)
    for (const rest of chains(issuer, others, trusted)) yield [from, ...rest]
  }
}

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
