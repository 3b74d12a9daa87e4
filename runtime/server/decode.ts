import type { CloudEvent } from 'cloudevents'
import { eventOf } from './attributes.ts'
import { attributeValue } from './header-value.ts'
import { contentOf, isJson, jsonOf, type MediaType, mediaTypeOf } from './media-type.ts'
import { NotAnEvent } from './not-an-event.ts'

/**
 * Names in lower case, values one character a byte: as in `headersDistinct` (or `headers`) of
 * node:http.
 */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Reads a request as a CloudEvent 1.0, in structured or binary content mode (CloudEvents HTTP
 * binding, 3). Not by the package's own codec, whose errors test/runtime/server/decode*.test.ts
 * lists. `data` is a JSON value for JSON, a string for `text/…`, else a Buffer; undefined if there
 * is none.
 * @param body all bytes of the body, content-encoding undone
 * @throws NotAnEvent with status 400, or 415 for batches, other event formats and unknown charsets
 */
export function decodeEvent(headers: RequestHeaders, body: Buffer): CloudEvent<unknown> {
  const contentType = headerOf(headers, 'content-type')
  const type = contentType ? mediaTypeOf(contentType, 'header `content-type`') : undefined
  // 3: the prefix tells structured mode; any format of it that isn't JSON is one we can't read.
  if (!type?.essence.startsWith('application/cloudevents')) return binary(headers, type, body)
  if (type.essence === 'application/cloudevents+json') return structured(type, body)
  throw new NotAnEvent(
    'header `content-type`',
    contentType,
    'must be `application/cloudevents+json` with one event, or be the type of the data',
    415,
  )
}

/** HTTP binding 3.1: attributes are headers, the body is the data. */
function binary(headers: RequestHeaders, type: MediaType | undefined, body: Buffer) {
  const attributes = new Map<string, unknown>()
  for (const header of Object.keys(headers).filter((name) => name.startsWith('ce-'))) {
    const value = headerOf(headers, header)
    if (value !== undefined) attributes.set(header.slice(3), attributeValue(header, value))
  }
  if (attributes.has('datacontenttype')) {
    const right = 'must not be sent: 3.1.1 has the type of the data in `content-type`'
    throw new NotAnEvent('header `ce-datacontenttype`', attributes.get('datacontenttype'), right)
  }
  attributes.set('datacontenttype', headerOf(headers, 'content-type') || undefined)
  return eventOf(attributes, contentOf(body, type))
}

/**
 * JSON format 3: the event is one JSON object. `ce-` headers beside it count for nothing (3.2.3).
 */
function structured(type: MediaType, body: Buffer) {
  const envelope = jsonOf(body, type, 'the body')
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope)) {
    throw new NotAnEvent('the body', envelope, 'must be one JSON object, the event')
  }
  const members = new Map<string, unknown>(Object.entries(envelope))
  const data = dataOf(members)
  members.delete('data')
  members.delete('data_base64')
  return eventOf(members, data)
}

/** JSON format 3.1.2. `data: null` is a value; strings in `data` are not parsed again. */
function dataOf(members: ReadonlyMap<string, unknown>): unknown {
  const declared = members.get('datacontenttype')
  const type =
    typeof declared === 'string' ? mediaTypeOf(declared, 'attribute `datacontenttype`') : undefined
  const data = members.get('data')
  const base64 = members.get('data_base64') ?? undefined
  if (base64 !== undefined) {
    if (!members.has('data')) return contentOf(bytesOf(base64), type)
    throw new NotAnEvent('`data` beside `data_base64`', typeof data, 'one of both must be left out')
  }
  const isValue = data === undefined || type === undefined || isJson(type)
  if (isValue || typeof data === 'string') return data
  throw new NotAnEvent('`data`', typeof data, 'must be a string, as its type is not JSON')
}

function bytesOf(base64: unknown): Buffer {
  const text = typeof base64 === 'string' ? base64 : ''
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') === base64) return bytes
  throw new NotAnEvent(
    '`data_base64`',
    Buffer.from(text),
    'must be base64 (RFC 4648, 4) with its padding',
  )
}

/** @throws NotAnEvent (400) if sent twice: an attribute appears at most once (CloudEvents 1.0) */
function headerOf(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name]
  if (value === undefined || typeof value === 'string') return value
  if (value.length > 1) {
    throw new NotAnEvent(`header \`${name}\``, value.join(', '), 'must be sent once')
  }
  return value[0]
}
