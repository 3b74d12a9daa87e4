/** RFC 2181, section 8: a TTL has 31 bits. */
const maxTtlSeconds = 2 ** 31 - 1

const nanoseconds = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }
const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g
const duration = new RegExp(`^\\+?(?:${part.source})+$`)

/**
 * Reads a TTL as ExternalDNS does (source/annotations/processors.go): seconds, or a duration of Go whose
 * fraction of a second is cut off.
 * @returns seconds; undefined for what is no TTL, or less than a second, or more than 31 bits
 * @example `600`, `10m`, `1h30m`, `1.5h`
 */
export function parseTtl(text: string): number | undefined {
  const seconds = /^\+?\d+$/.test(text) ? Number(text) : secondsOf(text)
  return seconds !== undefined && seconds >= 1 && seconds <= maxTtlSeconds ? seconds : undefined
}

function secondsOf(text: string): number | undefined {
  if (!duration.test(text)) return undefined
  let total = 0
  for (const [, number, unit] of text.matchAll(part)) {
    total += Math.round(Number(number) * nanoseconds[unit as keyof typeof nanoseconds]) // one of the pattern
  }
  return Math.floor(total / 1e9)
}
