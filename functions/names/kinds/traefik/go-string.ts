const ofLetter: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: '\x07',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    '\\': '\\',
    '"': '"',
  }),
)

const escaped = /\\(?:[0-7]{3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)/gsu

/**
 * What a Go string literal stands for (Go specification, "String literals"): in back quotes all is as it is
 * written, in double quotes a backslash begins an escape.
 * @param literal with its quotes
 * @returns undefined if an escape is none of Go's. A byte (`\xff`) becomes the character of that number:
 * Go reads several of them as UTF-8, which no host name needs
 */
export function goString(literal: string): string | undefined {
  const inner = literal.slice(1, -1)
  if (literal.startsWith('`')) return inner.replaceAll('\r', '')
  let isWrong = false
  const text = inner.replaceAll(escaped, (written) => {
    const character = characterOf(written)
    isWrong ||= character === undefined
    return character ?? ''
  })
  return isWrong ? undefined : text
}

function characterOf(written: string): string | undefined {
  if (written.length === 2) return ofLetter.get(written.slice(1))
  const isOctal = /\d/.test(written.charAt(1))
  const number = isOctal
    ? Number.parseInt(written.slice(1), 8)
    : Number.parseInt(written.slice(2), 16)
  const isCharacter = isOctal ? number <= 0xff : number <= 0x10ffff && (number & ~0x7ff) !== 0xd800
  return isCharacter ? String.fromCodePoint(number) : undefined
}
