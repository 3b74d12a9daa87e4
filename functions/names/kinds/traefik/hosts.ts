import { isIP } from 'node:net'
import type { Condition, Rule } from './rule.ts'

/**
 * The hosts that a rule names and serves: those that get through it by a `Host` which is not negated. Of other
 * matchers, patterns of hosts among them, it is taken that some requests meet them and some don't. So
 * `Host(a) && !Host(a)` serves none, `Host(a) || PathPrefix(/)` serves any host and names a, `!Host(a)` names
 * none. `*` is any host, and an address (`Host(10.0.0.1)`) needs no name.
 *
 * A wildcard is among them, to be refused as it is everywhere: `*.a` are the names one label below (v3.7).
 */
export function hostsOf(rule: Rule): string[] {
  const hosts = [...valuesOf(rule, 'host')].filter((host) => host !== '*' && !isIP(host))
  const { byName } = pass(rule, bitsOf(hosts))
  return hosts.filter((_, index) => (byName & bitAt(index)) !== 0n)
}

/** The patterns of hosts that a rule asks for, without those that any host matches. */
export const patternsOf = (rule: Rule): string[] =>
  [...valuesOf(rule, 'host-pattern')].filter((pattern) => !matchesAny.test(pattern))

/** `.+`, `^.*$`, and in the syntax of v2 `{host:.+}`: what is written for a router of last resort. */
const matchesAny = /^(?:\{\w+:)?\^?\.[*+]\$?\}?$/

const valuesOf = (rule: Rule, subject: Condition['subject']): Set<string> =>
  new Set(
    conditionsOf(rule)
      .filter((condition) => condition.subject === subject && !condition.negated)
      .flatMap(({ values }) => [...values]),
  )

function conditionsOf(rule: Rule): readonly Condition[] {
  if ('all' in rule) return rule.all.flatMap(conditionsOf)
  if ('any' in rule) return rule.any.flatMap(conditionsOf)
  return [rule]
}

/** Which hosts pass a rule, by a `Host` with their name, and as any host would. Each host is a bit. */
interface Pass {
  readonly byName: bigint
  readonly asAny: bigint
}

interface Bits {
  readonly all: bigint
  /** The hosts that a value of `Host` is met by. */
  readonly metBy: ReadonlyMap<string, bigint>
}

const bitAt = (index: number) => 1n << BigInt(index)

function bitsOf(hosts: readonly string[]): Bits {
  const metBy = new Map<string, bigint>()
  for (const [index, host] of hosts.entries()) {
    const wildcard = host.replace(/^[^.]*(?=\.)/, '*')
    for (const value of [host, wildcard]) metBy.set(value, (metBy.get(value) ?? 0n) | bitAt(index))
  }
  return { all: bitAt(hosts.length) - 1n, metBy }
}

/** As if the rule were written out as alternatives without parentheses: each of them names hosts, or none. */
function pass(rule: Rule, bits: Bits): Pass {
  if ('any' in rule) return rule.any.map((part) => pass(part, bits)).reduce(either)
  if ('all' in rule) return rule.all.map((part) => pass(part, bits)).reduce(both)
  const { subject, values, negated } = rule
  if (subject !== 'host') return { byName: 0n, asAny: bits.all }
  const named = [...values].reduce((met, value) => met | (bits.metBy.get(value) ?? 0n), 0n)
  const any = values.has('*') ? bits.all : 0n
  return negated ? { byName: 0n, asAny: bits.all & ~(named | any) } : { byName: named, asAny: any }
}

const either = (a: Pass, b: Pass): Pass => ({
  byName: a.byName | b.byName,
  asAny: a.asAny | b.asAny,
})

const both = (a: Pass, b: Pass): Pass => ({
  byName: (a.byName & (b.byName | b.asAny)) | (a.asAny & b.byName),
  asAny: a.asAny & b.asAny,
})
