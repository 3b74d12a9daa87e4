import type { Readable } from 'node:stream'

const newline = 0x0a

/**
 * The lines of a stream, each as soon as it is there. Splits bytes, not text: a newline in UTF-8 is never
 * part of another character.
 * @throws Error if a line is longer than `maxBytes`
 */
export async function* lines(stream: Readable, maxBytes: number): AsyncGenerator<string> {
  let parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    // no encoding is set: buffers
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      parts.push(chunk.subarray(from, end))
      const line = Buffer.concat(parts).toString()
      parts = []
      bytes = 0
      from = end + 1
      if (line !== '') yield line
    }
    parts.push(chunk.subarray(from))
    bytes += chunk.length - from
    if (bytes > maxBytes) throw new Error(`a line of more than ${maxBytes} bytes`)
  }
}
