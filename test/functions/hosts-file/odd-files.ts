/** Hosts files as they may be found, of which no byte may change but in lines of ours. */
export const oddFiles: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ['nothing', text('')],
  ['one line end', text('\n')],
  ['one line end of Windows', text('\r\n')],
  ['one lone carriage return', text('\r')],
  ['blanks', text('  \t')],
  ['blank lines', text('\n\n  \n\t\n\n')],
  ['blank lines of Windows', text('\r\n\r\n\r\n')],
  ['a line', text('127.0.0.1 localhost\n')],
  ['a line without its end', text('127.0.0.1 localhost')],
  ['a line of Windows', text('127.0.0.1 localhost\r\n')],
  ['a line that ends halfway', text('127.0.0.1 localhost\r')],
  ['lines of an old Mac', text('127.0.0.1 localhost\r10.0.0.1 a\r')],
  ['lines of an old Mac without the last end', text('127.0.0.1 localhost\r10.0.0.1 a')],
  ['lines of Windows without the last end', text('127.0.0.1 localhost\r\n10.0.0.1 a')],
  ['mixed line ends, the last of Unix', text('127.0.0.1 a\r\n127.0.0.2 b\n')],
  ['mixed line ends, the last of Windows', text('127.0.0.1 a\n127.0.0.2 b\r\n')],
  ['mixed line ends without the last one', text('127.0.0.1 a\r\n127.0.0.2 b\n127.0.0.3 c')],
  ['doubled carriage returns', text('127.0.0.1 a\r\r\n127.0.0.2 b\r\r\n')],
  ['line ends the wrong way round', text('127.0.0.1 a\n\r127.0.0.2 b\n\r')],
  ['a form feed and a vertical tab', text('127.0.0.1 a\f\v127.0.0.2 b\n')],
  ['a blank at the end', text('127.0.0.1 localhost \n ')],
  ['many line ends at the end', text('127.0.0.1 localhost\n\n\n\n')],
  ['UTF-8', text('127.0.0.1 localhost # Größe, 名前, 🏠\n')],
  ['UTF-8 without the last end', text('# Größe, 名前, 🏠')],
  ['UTF-8 with a mark', bytes([0xef, 0xbb, 0xbf], text('127.0.0.1 localhost\r\n'))],
  ['UTF-8 with a mark, without the last end', bytes([0xef, 0xbb, 0xbf], text('127.0.0.1 a'))],
  ['a mark of UTF-8 and nothing else', bytes([0xef, 0xbb, 0xbf])],
  ['two marks of UTF-8', bytes([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], text('127.0.0.1 a\n'))],
  ['half a mark', bytes([0xef, 0xbb])],
  ['broken UTF-8', bytes([0xc3, 0x28, 0xa0, 0xff, 0x0a, 0xe2, 0x82])],
  ['lines that Unicode knows and hosts(5) does not', text('127.0.0.1 a\u2028127.0.0.2 b\u0085\n')],
  ['Latin-1', bytes(text('127.0.0.1 localhost # Gr'), [0xf6, 0xdf], text('e\n'))],
  ['Latin-1 without the last end', bytes(text('# Gr'), [0xf6, 0xdf], text('e'))],
  ['Shift JIS', bytes(text('# '), [0x96, 0xbc, 0x91, 0x4f, 0x5c, 0x0a])],
  ['every byte there is', Uint8Array.from({ length: 256 }, (_, byte) => byte)],
  ['every byte, the other way round', Uint8Array.from({ length: 256 }, (_, byte) => 255 - byte)],
  ['UTF-16', utf16('127.0.0.1 localhost\r\n10.0.0.1 a # Größe 🏠\r\n')],
  ['UTF-16 without the last end', utf16('127.0.0.1 localhost')],
  ['UTF-16 the other way round', swapped(utf16('127.0.0.1 localhost\r\n'))],
  ['UTF-16 the other way round, without the last end', swapped(utf16('# Größe\n# 名前'))],
  ['a mark of UTF-16 and nothing else', utf16('')],
  ['a mark of UTF-16 the other way round and nothing else', swapped(utf16(''))],
  ['UTF-16 with half a surrogate pair', utf16('127.0.0.1 a\ud83c\n\udfe0')],
  ['UTF-16 without a mark', utf16('127.0.0.1 localhost\r\n').subarray(2)],
  ['UTF-32', bytes([0xff, 0xfe, 0, 0, 0x31, 0, 0, 0, 0x0a, 0, 0, 0])],
  ['a NUL', bytes([0])],
  ['NULs, as a power failure leaves them', new Uint8Array(4_096)],
  ['NULs behind lines', bytes(text('127.0.0.1 localhost\n'), new Uint8Array(512))],
  ['a NUL within a line', text('127.0.0.1 loc\0alhost\n')],
  ['1 MB of lines', text('10.0.0.1 a.example # a comment\n'.repeat(33_825))],
  [
    '1 MB of lines of Windows, without the last end',
    text('10.0.0.1 a\r\n'.repeat(87_381).trimEnd()),
  ],
  ['a line of 1 MB', text(`# ${'x'.repeat(1024 * 1024)}`)],
  ['an executable’s beginning', bytes([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0x0a, 0x0d])],
  ['K2s’s own line', text('172.19.1.100 k2s.registry.local\r\n')],
  ['our names on a line of others', text('10.9.9.9 k2s-registry.local K2S-GATEWAY.local\n')],
  ['our marker within a comment', text('# see # k2s-dns: begin\n127.0.0.1 a # k2s-dns: end\n')],
  ['our marker with something behind', text('# k2s-dns: begin here\n# k2s-dns: end.\n')],
  ['our marker in capitals', text('# K2S-DNS: BEGIN\n# K2S-DNS: END\n')],
  ['our marker indented', text(' # k2s-dns: begin\n\t# k2s-dns: end\n')],
  ['our mark with a wrong check sum', text('10.0.0.1 a.local # k2s-dns 00000000\n')],
  ['our mark with half a check sum', text('10.0.0.1 a.local # k2s-dns 0000')],
  ['our Corefile’s region', text('# k2s-dns: begin\u00a0\n#was:x\n# k2s-dns: end 01234567\n')],
  [
    'the block of another program',
    text('# BEGIN docker\n10.0.0.1 host.docker.internal\n# END docker'),
  ],
]

export function text(content: string): Uint8Array {
  return Buffer.from(content, 'utf8')
}

export function bytes(...parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}

export function utf16(content: string): Uint8Array {
  return bytes([0xff, 0xfe], Buffer.from(content, 'utf16le'))
}

export function swapped(utf16le: Uint8Array): Uint8Array {
  return Buffer.from(utf16le).swap16()
}
