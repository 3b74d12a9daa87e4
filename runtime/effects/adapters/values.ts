import { isIP } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import type { Json, Wish } from './driver.ts'

/** Values of fields, as far as they are about a server of ours. Whatever names it is ours, whoever wrote it. */
type Server = Wish['server']

export const isSame = (a: Json | undefined, b: Json | undefined): boolean => isDeepStrictEqual(a, b)

/** @example `172.19.1.100`, `172.19.1.100:53`, `nameserver 172.19.1.100`, or a list with one of them */
export function isNamedBy(value: Json, server: Server): boolean {
  if (typeof value === 'string') return words(value).some((word) => isServer(word, server))
  if (typeof value !== 'object' || value === null) return false
  if (isList(value)) return value.some((each) => isNamedBy(each, server))
  return Object.values(value).some((each) => isNamedBy(each, server))
}

/**
 * A value as it would be without the server: a list, or a text with addresses, loses what names it. A host that got it
 * back as what was found would ask a server that is gone (K2s issue 902).
 * @returns null if nothing is left
 */
export function without(value: Json, server: Server): Json {
  if (!isNamedBy(value, server)) return value
  if (typeof value === 'string') {
    const others = words(value).filter((word) => !isServer(word, server))
    return others.length > 0 && others.every((word) => isIP(word)) ? others.join(',') : null
  }
  if (!isList(value)) return null
  const rest = value.filter((each) => !isNamedBy(each, server))
  return rest.length > 0 ? rest : null
}

/** `Array.isArray` does not see a readonly list. */
const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

const words = (text: string) => text.split(/[\s,;]+/).filter(Boolean)

function isServer(word: string, { address, port }: Server): boolean {
  const spelled = [`${address}:${port}`, `${address}#${port}`, `[${address}]:${port}`]
  if (port === 53) spelled.push(address)
  return spelled.includes(word.toLowerCase())
}
