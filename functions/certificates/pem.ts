import { X509Certificate } from 'node:crypto'

/** What is wrong with a text that should have been PEM. */
export interface NoPem {
  readonly wrong: string
}

/** One block of a PEM text (RFC 7468), with its label: `CERTIFICATE`, `EC PRIVATE KEY`. */
export interface PemBlock {
  readonly label: string
  readonly text: string
}

/** At least one. */
type Some<T> = readonly [T, ...T[]]

/** All blocks, in order. A text that is just being written may end within one: then it is wrong as a whole. */
export function pemBlocks(text: string): Some<PemBlock> | NoPem {
  const [first, ...others] = [
    ...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----/gs),
  ].map(([block, label = '']) => ({ label, text: block }))
  if (text.trim() === '') return { wrong: 'it is empty' }
  if (text.split('-----BEGIN ').length > others.length + (first ? 2 : 1)) {
    return { wrong: 'it ends within a PEM block' }
  }
  if (first) return [first, ...others]
  return { wrong: 'it is no PEM; DER is made PEM by `openssl x509 -inform der` or `openssl pkey`' }
}

/** The certificates of a chain or a bundle, in order. Other blocks are skipped, as TLS libraries do. */
export function certificatesIn(text: string): Some<X509Certificate> | NoPem {
  const blocks = pemBlocks(text)
  if ('wrong' in blocks) return blocks
  try {
    const [first, ...others] = blocks
      .filter(({ label }) => label === 'CERTIFICATE')
      .map((block) => new X509Certificate(block.text))
    return first
      ? [first, ...others]
      : { wrong: `it holds no certificate but a ${blocks[0].label}` }
  } catch {
    return { wrong: 'a certificate in it can’t be read' }
  }
}
