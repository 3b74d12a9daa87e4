import type { Refusal } from '../claim.ts'
import { readTarget, type TypedTarget } from './target.ts'
import { parseTargets, printable } from './targets.ts'
import { typedTarget } from './typed-target.ts'

type Wrong = Omit<Refusal, 'host'>

/** What a target of a type that needs no name must be. */
const plain: Readonly<Record<string, string>> = {
  A: 'an IPv4 address',
  AAAA: 'an IPv6 address',
  CNAME: 'a name',
}

/**
 * Reads targets whose record type is stated beside them. One that is wrong makes all of them wrong.
 * @param fallback targets for where none are stated: those of the type count, none for types that have to be named
 */
export function targetsOfType(
  type: string,
  stated: readonly string[],
  fallback: readonly string[],
): readonly (string | TypedTarget)[] | Wrong {
  if (type === '') return { reason: 'malformed', message: 'it names no record type' }
  const what = plain[type]
  const texts = what && stated.length === 0 ? fallback.filter(isOf(type)) : stated
  if (what) {
    const other = texts.find((text) => !isOf(type)(text))
    if (other !== undefined)
      return { reason: 'invalid-target', message: `"${printable(other)}" is not ${what}` }
    return texts.length > 0 ? parseTargets(texts) : noTarget
  }
  const typed: TypedTarget[] = []
  for (const text of texts.length > 0 ? texts : ['']) {
    const target = typedTarget(type, text)
    if ('reason' in target) return target
    typed.push(target)
  }
  return typed
}

/** As it will be answered: an IPv4 address in IPv6's clothes is one of IPv4. */
const isOf = (type: string) => (text: string) => {
  const parsed = parseTargets([text])
  return !('reason' in parsed) && parsed.every((target) => readTarget(target).type === type)
}

const noTarget: Wrong = { reason: 'no-target', message: 'it names no target' }
