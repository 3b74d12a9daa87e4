import { MIMEType } from 'node:util'
import { NotAnEvent, shown } from './not-an-event.ts'

/** The parts of a Content-Type that decide how bytes are read. */
export interface MediaType {
  /** `type/subtype` in lower case: RFC 9110, 8.3.1 compares both without regard to case. */
  readonly essence: string
  /** As given; UTF-8 unless stated. */
  readonly charset: string
}

/**
 * @param what the header or attribute that holds the text, for the message
 * @throws NotAnEvent (400) if it is no media type
 */
export function mediaTypeOf(text: string, what: string): MediaType {
  try {
    const { essence, params } = new MIMEType(text)
    return { essence, charset: params.get('charset') ?? 'utf-8' }
  } catch {
    throw new NotAnEvent(what, text, 'must be a media type, such as `application/json`')
  }
}

/** The subtype is `json` or ends in `+json`: CloudEvents JSON format, 3.1.1. */
export const isJson = ({ essence }: MediaType) => /[/+]json$/.test(essence)

/**
 * What bytes mean to a function, whichever way they came: a JSON value, text, or the bytes
 * themselves if the type is another or isn't known. No bytes are no data.
 * @throws NotAnEvent (400) if the bytes are not what the type says, (415) for an unknown charset
 */
export function contentOf(bytes: Buffer, type: MediaType | undefined): unknown {
  if (bytes.length === 0) return undefined
  if (type === undefined) return bytes
  if (isJson(type)) return jsonOf(bytes, type, 'the data')
  if (type.essence.startsWith('text/')) return textOf(bytes, type, 'the data')
  return bytes
}

/** @throws NotAnEvent as {@link contentOf} */
export function jsonOf(bytes: Buffer, type: MediaType, what: string): unknown {
  const text = textOf(bytes, type, what)
  try {
    return JSON.parse(text)
  } catch {
    throw new NotAnEvent(what, bytes, `must be JSON, as its type ${shown(type.essence)} says`)
  }
}

function textOf(bytes: Buffer, { charset }: MediaType, what: string): string {
  const decode = decoderOf(charset)
  try {
    return decode(bytes)
  } catch {
    throw new NotAnEvent(what, bytes, `must be text in ${shown(charset)}, as its type says`)
  }
}

function decoderOf(charset: string): (bytes: Buffer) => string {
  try {
    const decoder = new TextDecoder(charset, { fatal: true })
    return (bytes) => decoder.decode(bytes)
  } catch {
    throw new NotAnEvent('the charset', charset, 'must be a known one, best `utf-8`', 415)
  }
}
