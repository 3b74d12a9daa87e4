/**
 * Which values CoreDNS's etcd plugin can read. It unmarshals each of a range into a Go struct (plugin/etcd/msg,
 * Service), and one that fails makes the whole question SERVFAIL, also for names above.
 */

type Check = (value: unknown, source: string) => boolean

const isText: Check = (value) => typeof value === 'string'
const isInteger: Check = (_, source) =>
  /^-?\d+$/.test(source) && fits(source, -(2n ** 63n), 2n ** 63n)
const isUint32: Check = (_, source) => /^\d+$/.test(source) && fits(source, 0n, 2n ** 32n)

const fits = (source: string, from: bigint, end: bigint) =>
  BigInt(source) >= from && BigInt(source) < end

const fields: ReadonlyMap<string, Check> = new Map([
  ['host', isText],
  ['port', isInteger],
  ['priority', isInteger],
  ['weight', isInteger],
  ['text', isText],
  ['mail', (value) => typeof value === 'boolean'],
  ['ttl', isUint32],
  ['targetstrip', isInteger],
  ['group', isText],
])

/** Why CoreDNS can't read a value; undefined if it can. Go takes names of fields in any case, and null for anything. */
export function unreadable(value: string): string | undefined {
  const sources = new Map<unknown, Map<string, string>>()
  let parsed: unknown
  try {
    parsed = JSON.parse(value, function (this: unknown, name, each: unknown, ...rest: unknown[]) {
      const [context] = rest as [{ source?: string }?] // of ES2026; TypeScript's types have two parameters
      if (context?.source !== undefined) {
        const ofThis = sources.get(this) ?? new Map<string, string>()
        sources.set(this, ofThis.set(name, context.source))
      }
      return each
    })
  } catch {
    return 'it is not JSON'
  }
  if (parsed === null) return undefined
  if (typeof parsed !== 'object' || Array.isArray(parsed)) return 'it is no JSON object'
  for (const [name, each] of Object.entries(parsed)) {
    const check = each === null ? undefined : fields.get(name.toLowerCase())
    const source = sources.get(parsed)?.get(name) ?? ''
    if (check && !check(each, source)) return `its field "${name}" has another type`
  }
  return undefined
}
