import { NotAnEvent } from './not-an-event.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The attribute value that a `ce-` header carries: CloudEvents HTTP binding 3.1.3.2. Quotes are
 * undone, then one round of percent-decoding. A `%` without two hexadecimal digits stays, and bytes
 * beyond ASCII are taken for UTF-8, since senders in Go and Java don't encode.
 * @param value as node:http gives it: one character a byte
 * @throws NotAnEvent (400) for bytes which are not UTF-8
 */
export function attributeValue(header: string, value: string): string {
  const bytes = Buffer.from(percentDecoded(unquoted(value)), 'latin1')
  try {
    return utf8.decode(bytes)
  } catch {
    throw new NotAnEvent(`header \`${header}\``, value, 'must be percent-encoded UTF-8')
  }
}

/** RFC 7230, 3.2.6: a quoted-string, and a backslash within it makes any character itself. */
function unquoted(value: string): string {
  const inner = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1]
  return inner === undefined ? value : inner.replace(/\\(.)/g, '$1')
}

const percentDecoded = (value: string) =>
  value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
