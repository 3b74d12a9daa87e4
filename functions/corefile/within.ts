import { isReverse } from '../names/zone.ts'
import { isIn } from './address.ts'
import { checkReached, letsThrough } from './before-etcd.ts'
import { adviseCache } from './cache.ts'
import { etcdStanza } from './etcd-stanza.ts'
import { addOptions, type Edit, indentOf, insertAfter, replaceHead } from './lines.ts'
import { option, originsOf, type Server, type Stanza, stanza } from './server.ts'
import type { Corefile } from './syntax/corefile.ts'
import { hasVariable } from './syntax/variable.ts'
import { Refused, type Wish } from './wish.ts'

export interface Change {
  readonly edits: readonly Edit[]
  readonly notes: readonly string[]
}

/** What a server block lacks to serve zones from etcd, behind what it serves now. @throws Refused */
export function serveWithin(
  corefile: Corefile,
  server: Server,
  zones: readonly string[],
  wish: Wish,
): Change {
  const notes = zones.flatMap((zone) => checkReached(zone, server))
  const [etcd, kubernetes] = [stanza(server, 'etcd'), stanza(server, 'kubernetes')]
  const opened = kubernetes ? openKubernetes(corefile, server, kubernetes, zones) : []
  if (etcd) notes.push(...checkStanza(etcd, server, zones, wish))
  const added = etcd || !kubernetes ? [] : [addStanza(corefile, kubernetes, zones, wish)]
  const cache = adviseCache(corefile, server, zones, wish)
  return { edits: [...opened, ...added, ...cache.edits], notes: [...notes, ...cache.notes] }
}

/**
 * Lets kubernetes pass on what it does not have, for our zones only: K2s's bare `fallthrough` would do so for
 * whatever zones it gets later. The denials of those names come from etcd from then on, which has no `fallthrough`
 * itself: so none of them leaves the cluster, nor goes round through a resolver that asks here.
 */
function openKubernetes(
  corefile: Corefile,
  server: Server,
  kubernetes: Stanza,
  zones: readonly string[],
): readonly Edit[] {
  const origins = originsOf(kubernetes, server)
  const closed = zones.filter(
    (zone) => origins.some((each) => isIn(zone, each)) && !letsThrough(kubernetes, zone),
  )
  if (closed.length === 0) return []
  checkWritable(kubernetes)
  const through = option(kubernetes, 'fallthrough')
  if (through?.args.some(hasVariable)) {
    throw new Refused(`line ${kubernetes.line}: where it falls through comes from the environment`)
  }
  const line = ['fallthrough', ...(through?.args ?? []), ...closed].join(' ')
  if (through) return [replaceHead(corefile, through, [line])]
  return [addOptions(corefile, kubernetes, [line])]
}

function addStanza({ source }: Corefile, kubernetes: Stanza, zones: readonly string[], wish: Wish) {
  checkWritable(kubernetes)
  const { head, close } = kubernetes
  // K2s's update looks for the text `etcd cluster.local`, and adds a stanza of its own where it is missing
  const sorted = zones.toSorted((a, b) => Number(isReverse(a)) - Number(isReverse(b)))
  const last = close ?? head.at(-1) ?? head[0]
  return insertAfter(source, last, indentOf(source, head[0]), etcdStanza(sorted, wish.etcd))
}

function checkWritable({ name, isHere, isTidy, line }: Stanza): void {
  if (!isHere)
    throw new Refused(`${name} (line ${line}) comes from an import, which others may share`)
  if (!isTidy)
    throw new Refused(`${name} (line ${line}) is written in an unusual way: one option a line`)
}

/** An etcd stanza of somebody else's: CoreDNS reads the first of a block only, so ours can't stand beside it. */
function checkStanza(etcd: Stanza, server: Server, zones: readonly string[], wish: Wish) {
  const { line } = etcd
  const missing = zones.find((zone) => !originsOf(etcd, server).some((each) => isIn(zone, each)))
  if (missing !== undefined) {
    throw new Refused(
      `the etcd stanza at line ${line} is not for ${missing}, and CoreDNS reads no second one`,
    )
  }
  const bare = (path: string) => path.replace(/^\/|\/$/g, '')
  const path = option(etcd, 'path')?.args[0] ?? 'skydns'
  if (bare(path) !== bare(wish.etcd.path)) {
    throw new Refused(`the etcd stanza at line ${line} reads ${path}, not ${wish.etcd.path}`)
  }
  const endpoints = option(etcd, 'endpoint')?.args ?? ['http://localhost:2379']
  if (endpoints.some((each) => wish.etcd.endpoints.includes(each))) return []
  return [`etcd (line ${line}) asks ${endpoints.join(' ')}, not ${wish.etcd.endpoints.join(' ')}`]
}
