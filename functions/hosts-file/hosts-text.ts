import { type Encoding, toBytes, toText } from './encoding.ts'
import { begin, beginBehind, type Entry, end, entryLine, readOwnLine, sumOf } from './own-line.ts'

/** A hosts file, taken apart into ours and theirs. */
export interface HostsText {
  readonly encoding: Encoding
  /** Lines of others above the place of ours and below it: together they are the file as it was without us. */
  readonly above: string
  readonly below: string
  /** Ours, wherever they stand. */
  readonly entries: readonly Entry[]
}

/**
 * Tells our lines from all others one by one, by their check sums. However our block was broken, doubled, moved or
 * edited, what is not exactly as we wrote it is somebody else's.
 * @returns undefined if the bytes have no text, see {@link toText}
 */
export function readHostsText(bytes: Uint8Array): HostsText | undefined {
  const decoded = toText(bytes)
  if (!decoded) return undefined
  const theirs: string[] = []
  const entries: Entry[] = []
  let place: number | undefined
  let endOfOurs = '' // at the end of their last line, if nothing of theirs follows
  for (const raw of decoded.text.split(/(?<=\n)/)) {
    const line = raw.replace(/\r?\n$|\r$/, '')
    const own = readOwnLine(line)
    if (!own) {
      theirs.push(raw)
      endOfOurs = ''
      continue
    }
    place ??= theirs.length
    if (own.is === 'entry') entries.push(own.entry)
    if (own.is === 'begin' && own.behind !== undefined) {
      const lineEnd = raw.slice(line.length)
      if (own.behind === sumOf(withoutEnd(theirs.at(-1) ?? '', lineEnd))) endOfOurs = lineEnd
    }
  }
  const last = theirs.pop()
  if (last !== undefined) theirs.push(withoutEnd(last, endOfOurs))
  return {
    encoding: decoded.encoding,
    above: theirs.slice(0, place).join(''),
    below: theirs.slice(place ?? theirs.length).join(''),
    entries,
  }
}

const withoutEnd = (line: string, lineEnd: string) =>
  line.endsWith(lineEnd) ? line.slice(0, line.length - lineEnd.length) : line

/**
 * The file with these lines as ours, where ours were or else at its end.
 * @param lineEnd for a file that has none yet
 */
export function printHostsText(
  { encoding, above, below }: HostsText,
  entries: readonly Entry[],
  lineEnd: '\n' | '\r\n',
): Uint8Array {
  if (entries.length === 0) return toBytes({ encoding, text: above + below })
  const isOpen = above !== '' && !above.endsWith('\n') // then nothing is below
  const ends = lineEndOf(above) ?? lineEndOf(below) ?? lineEnd
  const last = above.slice(above.lastIndexOf('\n') + 1)
  const lines = [isOpen ? beginBehind(last) : begin, ...entries.map(entryLine), end]
  const block = lines.map((line) => line + ends).join('')
  return toBytes({ encoding, text: above + (isOpen ? ends : '') + block + below })
}

/** As the last line of a text ends that ends. */
const lineEndOf = (text: string) => /\r?\n(?=[^\n]*$)/.exec(text)?.[0]
