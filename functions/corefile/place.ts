import { isReverse } from '../names/zone.ts'
import { isIn, longestZone } from './address.ts'
import { checkHidesNothing } from './hidden.ts'
import { originsOf, type Server, stanza } from './server.ts'
import { Refused } from './wish.ts'

/** Where a zone of ours is, or is to be, served. */
export interface Places {
  /** Zones by the server block that has, or gets, an etcd stanza for them. */
  readonly within: ReadonlyMap<Server, readonly string[]>
  /** Zones that get a server block of their own. */
  readonly own: readonly string[]
  /** Names in our zones that other server blocks answer. */
  readonly notes: readonly string[]
  /** The port of that block as it is written; undefined: none is. */
  readonly port: string | undefined
  /** The block that answers what no other does, or the one with Kubernetes' names. */
  readonly main: Server
}

/**
 * CoreDNS asks the server block with the longest zone that a name lies in, and no other. So a block of its own takes
 * nothing from anybody as long as nobody serves names of the zone; for Kubernetes' own zone, and for
 * reverse zones in its, etcd stands behind the kubernetes plugin in the same block.
 * @throws Refused
 */
export function placesOf(zones: readonly string[], servers: readonly Server[]): Places {
  const main = mainOf(servers)
  const port = portOf(main)
  const reachable = servers.filter((each) => keyAt(each, port).length > 0)
  const within = new Map<Server, string[]>()
  const own: string[] = []
  for (const zone of zones) {
    const server = answering(zone, reachable, port)
    if (server && isServedWithin(zone, server)) {
      within.set(server, [...(within.get(server) ?? []), zone])
    } else {
      if (server) checkHidesNothing(zone, server)
      own.push(zone)
    }
  }
  const bound = reachable.find((each) => stanza(each, 'bind'))
  if (own.length > 0 && bound) {
    throw new Refused(
      `${bound.title} is bound to an address, where a block for ${own[0]} isn't asked`,
    )
  }
  const below = reachable.filter((each) =>
    keyAt(each, port).some((key) => zones.some((zone) => key !== zone && isIn(key, zone))),
  )
  const notes = below.map(({ title }) => `${title} answers for a part of the zone`)
  return { within, own, notes, port, main }
}

const isPlain = (server: Server) => server.addresses.some(({ transport }) => transport === 'dns')

/** @throws Refused if it is not clear at which port the cluster asks */
function mainOf(servers: readonly Server[]): Server {
  const plain = servers.filter(isPlain)
  const kubernetes = plain.filter((each) => stanza(each, 'kubernetes'))
  const roots = plain.filter(({ zones }) => zones.includes(''))
  const [candidates = []] = [kubernetes, roots, plain].filter((each) => each.length > 0)
  const [main] = candidates
  if (!main) throw new Refused('no server block listens for plain DNS')
  const ports = new Set(candidates.map((each) => portOf(each) ?? '53'))
  if (ports.size > 1) throw new Refused(`the cluster may ask at port ${[...ports].join(' or ')}`)
  return main
}

const portOf = ({ addresses }: Server) =>
  addresses.find(({ transport }) => transport === 'dns')?.port

const keyAt = ({ addresses }: Server, port: string | undefined): readonly string[] =>
  addresses
    .filter((each) => each.transport === 'dns' && (each.port ?? '53') === (port ?? '53'))
    .flatMap(({ zones }) => zones)

/** @throws Refused if that hangs on who asks */
function answering(zone: string, servers: readonly Server[], port: string | undefined) {
  const longest = longestZone(
    zone,
    servers.flatMap((each) => keyAt(each, port)),
  )
  if (longest === undefined) return undefined
  const found = servers.filter((each) => keyAt(each, port).includes(longest))
  const divided = found.find((each) => stanza(each, 'view') || found.length > 1)
  if (divided) throw new Refused(`${divided.title} answers for ${zone} to some only (view, bind)`)
  return found[0]
}

function isServedWithin(zone: string, server: Server): boolean {
  const [etcd, kubernetes] = [stanza(server, 'etcd'), stanza(server, 'kubernetes')]
  if (etcd && originsOf(etcd, server).some((each) => isIn(zone, each))) return true
  if (!kubernetes) return false
  const origins = originsOf(kubernetes, server)
  return origins.some((each) => each === zone || (isReverse(each) && isIn(zone, each)))
}
