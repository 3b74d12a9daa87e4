import type { Refusal } from '../claim.ts'
import { heritageOf } from '../external-dns/registry.ts'
import { isHost, parseHost } from '../host.ts'
import type { TypedTarget } from './target.ts'

/** More than this is kept of no text. The longest in use is a DKIM key of 4,096 bits, about 750 octets. */
export const maxTextOctets = 1_000

/**
 * Reads a target's data as its type writes it: `0 50 30080 node.example.` for SRV, `10 mail.example.` for MX. TXT is
 * the text itself, or in quotes as in a zone file: `"v=spf1 " "-all"` is `v=spf1 -all` (RFC 1035 5.1).
 * @returns why CoreDNS's etcd plugin can't serve it, if it can't
 */
export function typedTarget(type: string, data: string): TypedTarget | Omit<Refusal, 'host'> {
  switch (type) {
    case 'TXT':
      return txt(data.trimStart().startsWith('"') ? unquoted(data) : data)
    case 'MX':
      return service(type, /^(\d+) +(\S+)$/.exec(data.trim()), 'priority and host: 10 mail.example')
    case 'SRV':
      return service(
        type,
        /^(\d+) +(\d+) +(\d+) +(\S+)$/.exec(data.trim()),
        'priority, weight, port and host: 0 50 30080 node.example',
      )
    default:
      return wrong(unserved[type] ?? `CoreDNS's etcd plugin answers no ${shownType(type)} records`)
  }
}

/** Types that people ask for, and why the plugin does not serve them (plugin/etcd/handler.go, plugin/backend_lookup.go). */
const unserved: Readonly<Record<string, string>> = {
  PTR: 'pointers are made from addresses: serve the reverse zone (dns.zones) and publish the name with its A or AAAA record',
  NS: "CoreDNS's etcd plugin answers NS for a zone alone, so it delegates nothing: write a server block for the zone below",
}

const shownType = (type: string) => (/^[A-Z0-9]{1,10}$/.test(type) ? type : 'such')

function service(
  type: 'MX' | 'SRV',
  parts: RegExpExecArray | null,
  form: string,
): TypedTarget | Omit<Refusal, 'host'> {
  if (!parts) return wrong(`${type} needs ${form}`)
  const numbers = parts.slice(1, -1).map(Number)
  if (numbers.some((number) => number > 65_535))
    return wrong(`a number of ${type} is at most 65535`)
  const host = parseHost(parts.at(-1) ?? '')
  if (!isHost(host)) return wrong(`the host of ${type}: ${host.message}`)
  const [priority = 0, weight = 0, port = 0] = numbers
  return type === 'MX' ? { type, priority, host } : { type, priority, weight, port, host }
}

function txt(text: string | undefined): TypedTarget | Omit<Refusal, 'host'> {
  if (text === undefined)
    return wrong('its quotes are not those of a zone file: "one text" "or more"')
  const octets = Buffer.byteLength(text)
  if (octets === 0) return wrong('CoreDNS serves no empty TXT')
  if (octets > maxTextOctets)
    return wrong(`a TXT has at most ${maxTextOctets} octets, not ${octets}`)
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) return wrong('a TXT has no control characters')
  // it cuts such a text after each 255 octets, maybe between a backslash and what it stands before
  if (octets >= 255 && text.includes('\\')) {
    return wrong('CoreDNS serves no backslash in a TXT of 255 octets and more')
  }
  if (heritageOf(text))
    return wrong('it would be taken for an entry of the registry of ExternalDNS')
  return { type: 'TXT', text }
}

/** `"a" "b"` → `ab`; a backslash stands before a character, or three digits of one in ASCII (RFC 1035 5.1). */
function unquoted(data: string): string | undefined {
  if (!/^\s*"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*\s*$/s.test(data)) return undefined
  const inner = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, text = '']) => text).join('')
  const found = [...inner.matchAll(escapes)].map(([, escaped = '']) => escaped)
  if (found.some((each) => /^\d/.test(each) && !/^(?:0\d\d|1[01]\d|12[0-7])$/.test(each)))
    return undefined
  return inner.replaceAll(escapes, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped,
  )
}

const escapes = /\\(\d{1,3}|.)/gs

const wrong = (message: string): Omit<Refusal, 'host'> => ({ reason: 'invalid-target', message })
