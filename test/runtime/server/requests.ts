import type { CloudEvent } from 'cloudevents'
import { decodeEvent, type RequestHeaders } from '../../../runtime/server/decode.ts'

/** The least that an event has. */
export const least = { specversion: '1.0', id: '1', source: '/s', type: 't' }

const leastHeaders = {
  'ce-specversion': '1.0',
  'ce-id': '1',
  'ce-source': '/s',
  'ce-type': 't',
}

/** An event in binary mode; a header that is undefined is left out. */
export const binary = (headers: RequestHeaders = {}, body: string | Buffer = '') =>
  decodeEvent({ ...leastHeaders, ...headers }, Buffer.from(body))

/** A body of text in structured mode. */
export const structuredText = (body: string, type = 'application/cloudevents+json') =>
  decodeEvent({ 'content-type': type }, Buffer.from(body))

/** An event in structured mode; a member that is undefined is left out. */
export const structured = (members: Record<string, unknown> = {}, type?: string) =>
  structuredText(JSON.stringify({ ...least, ...members }), type)

/** `400 message` or `415 message`, or what it decoded to instead of failing. */
export function refusalOf(decode: () => CloudEvent<unknown>): string {
  try {
    return `decoded to ${decode()}`
  } catch (error) {
    if (!(error instanceof Error && 'status' in error)) throw error
    return `${error.status} ${error.message}`
  }
}
