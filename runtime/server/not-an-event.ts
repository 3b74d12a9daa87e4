/**
 * A request that is not a CloudEvent, or not one that can be read here. Sending it again won't
 * help: 400 and 415 are final for Go senders and for Knative's broker.
 */
export class NotAnEvent extends Error {
  override readonly name = 'NotAnEvent'
  /** 415: a format, media type or charset that isn't read here. 400: everything else. */
  readonly status: 400 | 415

  /**
   * @param what the attribute or header at fault, as "attribute `time`"
   * @param value what it is now; undefined if it is missing
   * @param right what would be right, as "must be …"
   */
  constructor(what: string, value: unknown, right: string, status: 400 | 415 = 400) {
    super(`${what} is ${shown(value)}: ${right}`)
    this.status = status
  }
}

const longest = 80

/**
 * A value from outside, fit for a message or a log line: printable ASCII, at most 80 characters. Of
 * an event's data only the size: unlike attributes it may hold a secret.
 */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Buffer.isBuffer(value)) return `${value.length} byte${value.length === 1 ? '' : 's'}`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  const text = String(value)
  const ascii = text.slice(0, longest).replace(/[^\x20-\x7e]/gu, escaped)
  const whole = text.length <= longest && ascii.length <= longest
  return `\`${ascii.slice(0, longest)}\`${whole ? '' : '…'}`
}

const escaped = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`
