import { isSince } from './version.ts'
import type { Wish } from './wish.ts'
import { word } from './word.ts'

/** Since then `verify` takes a timeout (plugin/cache, release notes of 1.14.4); before, CoreDNS does not start with one. */
const timeoutSince = [1, 14, 4]

/**
 * The line that lets a cache answer while etcd is away. What follows the mode is left out where the version is unknown or
 * does not read it.
 */
export function staleLine(args: string, { coreDnsVersion }: Wish): string {
  const words = args.split(' ').filter(Boolean)
  const isRead = coreDnsVersion !== undefined && isSince(coreDnsVersion, timeoutSince)
  return ['serve_stale', ...(isRead ? words : words.slice(0, 2)).map(word)].join(' ')
}
