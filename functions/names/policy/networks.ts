import { BlockList, isIP } from 'node:net'
import { hostOfTarget } from '../targets/target.ts'
import { type Glob, parseGlob, type Wrong } from './glob.ts'

/** Which targets claims may have: addresses by network, host names by pattern. */
export interface TargetRules {
  /** Empty: all that are not denied. */
  readonly allow: readonly Glob[]
  /** Looked at first. */
  readonly deny: readonly Glob[]
}

/**
 * Reads a network (`10.0.0.0/8`, `fd00::/8`, or one address), which matches addresses only, or a pattern of
 * host names, which matches names only.
 */
export function parseTargetPattern(text: string): Glob | Wrong {
  const [address = '', bits, ...rest] = text.split('/')
  const version = address.includes('%') ? 0 : isIP(address)
  if (bits === undefined && version === 0) {
    const glob = parseGlob(text)
    if ('wrong' in glob) return glob
    return { text, matches: (target) => isIP(target) === 0 && glob.matches(target) }
  }
  const width = version === 4 ? 32 : 128
  const prefix = Number(bits ?? width)
  if (
    version === 0 ||
    rest.length > 0 ||
    !/^\d*$/.test(bits ?? '') ||
    bits === '' ||
    prefix > width
  ) {
    return { wrong: `"${text}" is no network: write it as 10.0.0.0/8 or fd00::/8` }
  }
  const network = new BlockList()
  network.addSubnet(address, prefix, familyOf(version))
  return {
    text,
    matches: (target) => isIP(target) > 0 && network.check(target, familyOf(isIP(target))),
  }
}

const familyOf = (version: number) => (version === 4 ? 'ipv4' : 'ipv6')

/** Why a target may not be had; undefined if it may. A text is none that leads anywhere. */
export function deniedTarget(text: string, { allow, deny }: TargetRules): string | undefined {
  const target = hostOfTarget(text)
  if (target === undefined) return undefined
  const denying = deny.find((pattern) => pattern.matches(target))
  if (denying) return `policy.targets.deny has ${denying.text}`
  if (allow.length === 0 || allow.some((pattern) => pattern.matches(target))) return undefined
  return `policy.targets.allow has only ${allow.map(({ text }) => text).join(', ')}`
}
