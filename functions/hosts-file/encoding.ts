/** A file's bytes as text, whatever they are: {@link toBytes} gives the same bytes back. */
export interface Decoded {
  readonly encoding: Encoding
  /** Without the byte order mark. `octets`: a character for each byte, since what they mean does not matter. */
  readonly text: string
}

/** `octets`: UTF-8, Latin-1 and all others in which ASCII is ASCII. */
export type Encoding = 'octets' | 'utf-8 with a mark' | 'utf-16le' | 'utf-16be'

const marks: Readonly<Record<Encoding, readonly number[]>> = {
  octets: [],
  'utf-8 with a mark': [0xef, 0xbb, 0xbf],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
}

const marked = ['utf-8 with a mark', 'utf-16le', 'utf-16be'] as const

/** @returns undefined for UTF-16 that ends within a character: somebody appended bytes of another encoding */
export function toText(bytes: Uint8Array): Decoded | undefined {
  const encoding = marked.find((each) => marks[each].every((byte, at) => bytes[at] === byte))
  const rest = Buffer.from(bytes.subarray(marks[encoding ?? 'octets'].length)) // a copy, for swap16
  switch (encoding) {
    case undefined:
      return { encoding: 'octets', text: rest.toString('latin1') }
    case 'utf-8 with a mark':
      return { encoding, text: rest.toString('latin1') }
    case 'utf-16le':
    case 'utf-16be':
      if (rest.length % 2 === 1) return undefined
      if (encoding === 'utf-16be') rest.swap16()
      return { encoding, text: rest.toString('utf16le') } // lone surrogates stay what they are
  }
}

export function toBytes({ encoding, text }: Decoded): Uint8Array {
  const mark = Buffer.from(marks[encoding])
  if (!encoding.startsWith('utf-16')) return Buffer.concat([mark, Buffer.from(text, 'latin1')])
  const units = Buffer.from(text, 'utf16le')
  return Buffer.concat([mark, encoding === 'utf-16be' ? units.swap16() : units])
}
