import { CloudEvent, type CloudEventV1, ValidationError } from 'cloudevents'
import { NotAnEvent } from './not-an-event.ts'

/** What would be right for each attribute of the specification. The first four are required. */
const core = new Map([
  ['specversion', 'must be `1.0`'],
  ['id', 'must be a string that is not empty'],
  ['source', 'must be a URI reference (RFC 3986) that is not empty, such as `/apis/v1`'],
  ['type', 'must be a string that is not empty, such as `io.k2s.cluster.started`'],
  ['datacontenttype', 'must be a media type, such as `application/json`'],
  ['dataschema', 'must be an absolute URI (RFC 3986)'],
  ['subject', 'must be a string that is not empty, or be left out'],
  ['time', 'must be a time as in RFC 3339, such as `2026-01-31T12:00:00.123456789Z`'],
])
const required = ['specversion', 'id', 'source', 'type']

/** Names that are the specification's (`data`) or would shadow the package's own members. */
const isReserved = (name: string) =>
  name === 'data' || name === 'schemaurl' || name in CloudEvent.prototype

/**
 * RFC 3339, 5.6, without leap seconds: the package could keep but not print one, and neither Go nor
 * Java can send one. The calendar (30 February, hour 24) is left to the package.
 */
const timestamp = /^\d{4}-\d\d-\d\dT\d\d(:[0-5]\d){2}(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i

/**
 * Checks the attributes (CloudEvents 1.0, Context Attributes) and makes the event of them. Their
 * values stay as given, `time` with all its digits. The package fills in a `time` that is left out:
 * that of receipt. Extension names above 20 characters are let in: the specification says SHOULD
 * NOT.
 * @param attributes `datacontenttype` must be known to be a media type; null and undefined mean
 * unset
 * @throws NotAnEvent (400) naming the attribute
 */
export function eventOf(
  attributes: ReadonlyMap<string, unknown>,
  data: unknown,
): CloudEvent<unknown> {
  const set = new Map([...attributes].filter(([, value]) => value !== null && value !== undefined))
  for (const name of required) if (!set.has(name)) throw missing(name)
  for (const [name, value] of set) check(name, value)
  try {
    // The names and types of the attributes have just been checked, which the compiler can't see.
    return new CloudEvent({ ...Object.fromEntries(set), data } as Partial<CloudEventV1<unknown>>)
  } catch (error) {
    const name = attributeAtFault(error)
    throw name === undefined ? error : wrong(name, set.get(name))
  }
}

function check(name: string, value: unknown): void {
  if (!/^[a-z0-9]+$/.test(name)) {
    throw new NotAnEvent('an attribute name', name, 'must be lower-case letters and digits only')
  }
  if (isReserved(name)) {
    throw new NotAnEvent('an attribute name', name, 'is reserved: choose another')
  }
  if (core.has(name)) checkCore(name, value)
  else if (!isExtensionValue(value)) throw wrong(name, value)
}

function checkCore(name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '' || !isAllowedText(value)) throw wrong(name, value)
  if (name === 'specversion' && value !== '1.0') throw wrong(name, value)
  if (name === 'time' && !timestamp.test(value)) throw wrong(name, value)
}

/**
 * CloudEvents 1.0, Type System: Boolean, a signed Integer of 32 bits, or one of the kinds of
 * string.
 */
const isExtensionValue = (value: unknown) =>
  typeof value === 'boolean' ||
  (typeof value === 'number' && (value | 0) === value) ||
  (typeof value === 'string' && isAllowedText(value))

/** No control characters, no halves of surrogate pairs, no noncharacters. */
const isAllowedText = (text: string) => !/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(text)

const extensionRule =
  'must be true, false, an integer of 32 bits, or a string without control characters'

const wrong = (name: string, value: unknown) =>
  new NotAnEvent(`attribute \`${name}\``, value, core.get(name) ?? extensionRule)

const missing = (name: string) =>
  new NotAnEvent(
    `attribute \`${name}\``,
    undefined,
    `${core.get(name)}; send attributes as headers (\`ce-${name}\`), or the whole event as JSON ` +
      'of type `application/cloudevents+json`',
  )

/** The package tells what its JSON schema disliked as `{ instancePath: '/source', … }`. */
function attributeAtFault(error: unknown): string | undefined {
  if (!(error instanceof ValidationError) || !Array.isArray(error.errors)) return undefined
  const [first]: unknown[] = error.errors
  if (typeof first !== 'object' || first === null || !('instancePath' in first)) return undefined
  return String(first.instancePath).slice(1)
}
