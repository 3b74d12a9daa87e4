/**
 * The txt registry of ExternalDNS: an own TXT key for each name and type says who keeps it (registry/mapper,
 * endpoint/labels.go of 0.21).
 */

/** `--txt-prefix`, `--txt-suffix`: one of them at most, `%{record_type}` may stand in it. */
export interface RegistryNaming {
  readonly prefix: string
  readonly suffix: string
}

export interface Heritage {
  readonly owner: string | undefined
  readonly resource: string | undefined
}

const types = ['A', 'AAAA', 'CNAME', 'NS', 'MX', 'PTR', 'SRV', 'NAPTR']
const template = '%{record_type}'

/**
 * What an entry's name speaks of: `a-shop.local` → `shop.local`, `A`. A name that is none of the registry's
 * speaks of itself, as an entry of before 0.18 did; so an old one of `a-b.local` reads as one of `b.local`.
 */
export function entryOf(
  name: string,
  { prefix, suffix }: RegistryNaming,
): { readonly of: string; readonly type: string | undefined } {
  const [start, end] = [prefix.toLowerCase(), suffix.toLowerCase()]
  // a suffix stands behind the first label, or behind as many as it has dots more
  const labels = name.toLowerCase().split('.')
  const headLength = end === '' ? labels.length : 1 + end.split('.').length - 1
  const head = labels.slice(0, headLength).join('.')
  const rest = labels.slice(headLength)
  const whole = (inner: string, type: string | undefined) => ({
    of: [inner, ...rest].join('.'),
    type,
  })
  const stripped = (from: string, to: string) =>
    head.startsWith(from) && head.endsWith(to) && head.length > from.length + to.length
      ? head.slice(from.length, head.length - to.length)
      : undefined

  if ((start + end).includes(template)) {
    for (const type of types) {
      const filled = (affix: string) => affix.replaceAll(template, type.toLowerCase())
      const inner = stripped(filled(start), filled(end))
      if (inner !== undefined) return whole(inner, type)
    }
  }
  const bare = (affix: string) => affix.replaceAll(template, '')
  const inner = stripped(bare(start), bare(end))
  if (inner === undefined) return { of: name, type: undefined }
  const type = types.find((each) => inner.startsWith(`${each.toLowerCase()}-`))
  return type ? whole(inner.slice(type.length + 1), type) : whole(inner, undefined)
}

/** Where an entry of 0.18 and newer lies. */
export function entryName(name: string, type: string, { prefix, suffix }: RegistryNaming): string {
  const [first = '', ...rest] = name.split('.')
  const filled = (affix: string) => affix.toLowerCase().replaceAll(template, type.toLowerCase())
  const typed = (prefix + suffix).toLowerCase().includes(template) ? '' : `${type.toLowerCase()}-`
  return [`${filled(prefix)}${typed}${first}${filled(suffix)}`, ...rest].join('.')
}

/** Reads an entry's text. @returns undefined for a text that is none of ExternalDNS's */
export function heritageOf(text: string): Heritage | undefined {
  const labels = new Map<string, string>()
  for (const token of text.replaceAll(/^"+|"+$/g, '').split(',')) {
    const [label = '', value, ...more] = token.split('=')
    if (value !== undefined && more.length === 0) labels.set(label, value)
  }
  if (labels.get('heritage') !== 'external-dns') return undefined
  return {
    owner: labels.get('external-dns/owner'),
    resource: labels.get('external-dns/resource'),
  }
}

/** Base64 of at least a nonce of 12 bytes and AES-GCM's tag of 16 (endpoint/crypto.go). */
export const isEncrypted = (text: string): boolean =>
  /^"?(?:[A-Za-z0-9+/]{4}){9,}(?:[A-Za-z0-9+/]{2,3}={1,2})?"?$/.test(text)
