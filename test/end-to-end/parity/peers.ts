import { corefileOf, startCoreDns } from '../../../deploy/local/coredns.ts'
import { plainEvent, reconcileDue } from '../../../runtime/events.ts'
import { realServers } from '../../deploy/local/fixtures/real-servers.ts'
import { askDns, type DnsServer, type QuestionType, summaryOf } from '../../support/dns-question.ts'
import { externalDns } from '../external-dns.ts'
import { startWorld, type World } from '../world.ts'
import { addKinds, clusterOf } from './cluster.ts'
import type { Fixture } from './fixture.ts'
import { type Names, namesOfExternalDns, namesOfK2sDns } from './names.ts'
import { type Run, usual } from './runs.ts'

/** What one of the two made of the objects, and a CoreDNS that serves it. */
export interface Outcome {
  readonly names: Names
  /** What CoreDNS answers, in short. */
  answer(name: string, type: string): Promise<string>
}

export interface Peers {
  readonly world: World
  /** Makes the cluster so, and runs k2s-dns. Resolves once all is in etcd. */
  give(run: Run, fixtures: readonly Fixture[]): Promise<void>
  /** Runs ExternalDNS once, for a prefix with nothing in it. @throws Error with its log if it fails */
  theirs(run: Run): Promise<Outcome>
  ours(): Promise<Outcome>
}

const zones = ['cluster.local']

/** Both on one etcd and one API server, each with a prefix of its own. */
export async function startPeers(): Promise<Peers> {
  const world = await startWorld({ started: false, args: usual.k2sDns })
  try {
    await addKinds(world.client)
    return await peersOf(world)
  } catch (error) {
    await world.stop()
    throw error
  }
}

async function peersOf(world: World): Promise<Peers> {
  const { stack, etcd, functions } = world
  const peer = await externalDns(stack)
  const { coredns } = await realServers(['coredns'])
  const cluster = clusterOf(world.client)
  let count = 0

  async function theirs({ prefix, externalDns: flags }: Run): Promise<Outcome> {
    const name = `external-dns-${++count}`
    const below = `/${name}`
    const own = [`--coredns-prefix=${below}/`, `--annotation-prefix=${prefix}`]
    await peer.sync(...usual.externalDns, ...own, ...flags)
    const { supervisor } = stack
    const where = { zones, endpoints: [stack.etcd.endpoint], prefix: below }
    const server = await startCoreDns({
      coredns,
      supervisor,
      name,
      corefile: (port) => corefileOf(where, port),
    })
    return { names: await namesOfExternalDns(etcd, below), answer: answersOf(server) }
  }

  async function ours(): Promise<Outcome> {
    const { status, body } = await functions.send(
      plainEvent(reconcileDue, '/test'),
      '/functions/on-reconcile',
    )
    if (status >= 300) throw new Error(`on-reconcile: ${status} ${body}`)
    return { names: await namesOfK2sDns(etcd, '/skydns'), answer: answersOf(stack.coredns) }
  }

  async function give({ prefix, k2sDns: args }: Run, fixtures: readonly Fixture[]): Promise<void> {
    const first = fixtures.filter(({ later }) => !later)
    await cluster.put(first, prefix)
    await functions.start({ args })
    await cluster.put(fixtures, prefix)
  }

  return { world, give, theirs, ours }
}

const answersOf = (server: DnsServer) => async (name: string, type: string) => {
  const asked = type === 'CNAME' ? 'A' : type // as clients do, who follow it
  const whole = summaryOf(await askDns(server, name, asked as QuestionType)) // of a stored record
  const [first, ...others] = whole.split(', ')
  return others.length > 3 ? `${first}, …` : whole
}
