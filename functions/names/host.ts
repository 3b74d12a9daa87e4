import { domainToASCII } from 'node:url'

declare const host: unique symbol

/**
 * A validated host name: lower case, no trailing dot, at most 253 octets, labels by RFC 1123 2.1. One with SRV, TXT
 * and MX records only may have an underscore before a label, as RFC 8552 has it.
 */
export type Host = string & { readonly [host]: true }

/** Why a text is no host name that we could serve, in words for whoever wrote it. */
export interface InvalidHost {
  readonly reason: 'invalid-name' | 'wildcard'
  readonly message: string
}

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const underscored = /^_[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?$/

/**
 * Reads a host name as an object states it. Upper case is folded (RFC 4343) and one trailing dot dropped;
 * anything that is not letters, digits and inner hyphens is refused, so that a {@link Host} can be part of
 * a key, a log line or a page as it is.
 * @param options.underscores whether labels as in `_http._tcp.shop.example` are taken; default: not
 */
export function parseHost(
  text: string,
  { underscores = false }: { readonly underscores?: boolean } = {},
): Host | InvalidHost {
  const name = text.toLowerCase().replace(/\.$/, '')
  const labels = name.split('.')
  if (labels.includes('*')) {
    return {
      reason: 'wildcard',
      message: `CoreDNS's etcd plugin serves no wildcard: list the hosts`,
    }
  }
  if (name.length > 253) return invalid(`it has ${name.length} octets, a name has at most 253`)
  // asked of the text as it was: lower-casing makes an ASCII "k" of the Kelvin sign
  if (/[^\p{ASCII}]/u.test(text)) {
    const ascii = domainToASCII(text)
    return invalid(ascii ? `write it in its ASCII form: ${ascii}` : 'it has no ASCII form (IDNA)')
  }
  const isRight = (each: string) => label.test(each) || (underscores && underscored.test(each))
  const wrong = labels.find((each) => !isRight(each))
  if (wrong !== undefined) {
    if (underscored.test(wrong)) return invalid('an underscore is for SRV, TXT and MX records')
    const shown = wrong.slice(0, 63).replaceAll(/[^\x20-\x7e]/g, '?')
    return invalid(`the label "${shown}" must be 1 to 63 letters, digits or inner hyphens`)
  }
  if (labels.includes('any'))
    return invalid('CoreDNS reads the label "any" in a question as a wildcard')
  if (/^\d+$/.test(labels.at(-1) ?? '')) return invalid('it reads as an IP address, not as a name')
  return name as Host // the one place where a text becomes a Host
}

export const isHost = (parsed: Host | InvalidHost): parsed is Host => typeof parsed === 'string'

const invalid = (message: string): InvalidHost => ({ reason: 'invalid-name', message })
