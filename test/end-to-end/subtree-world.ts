import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { corefileOf, startCoreDns } from '../../deploy/local/coredns.ts'
import { startEtcd } from '../../deploy/local/etcd.ts'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import type { KubernetesObject } from '../../runtime/kinds.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import {
  askDns,
  type DnsAnswer,
  type DnsServer,
  type QuestionType,
} from '../support/dns-question.ts'
import { type EtcdKeys, etcdKeys } from './etcd-keys.ts'
import { startStraight } from './straight.ts'

/** Each host with what its ingress asks for: addresses, or one name. */
export type Hosts = Readonly<Record<string, readonly string[]>>

/**
 * The functions, etcd, and CoreDNS that serve the same zones: in one server block, and each in a block of its own. Every host has an ingress to itself.
 */
export interface SubtreeWorld {
  readonly etcd: EtcdKeys
  /** @returns the reasons for which hosts are refused */
  want(hosts: Hosts): Promise<Readonly<Record<string, string>>>
  unwant(...hosts: readonly string[]): Promise<void>
  reconcile(): Promise<void>
  /** @throws Error if the two CoreDNS differ */
  ask(name: string, type: QuestionType): Promise<DnsAnswer>
  /** A CoreDNS whose Corefile has the lines of docs/subtrees.md against wildcard questions. */
  readonly withoutWildcards: DnsServer
  /** Takes back every host, and each key that somebody else wrote. */
  clear(): Promise<void>
  stop(): Promise<void>
}

export async function startSubtreeWorld(zones: readonly string[]): Promise<SubtreeWorld> {
  const servers = await realServers(['etcd', 'coredns'])
  const directory = mkdtempSync(path.join(tmpdir(), 'k2s-dns-test-'))
  const supervisor = await startSupervisor({ directory, removeDirectory: true })
  try {
    const { endpoint } = await startEtcd({ ...servers, supervisor })
    const block = (names: readonly string[], port: number) =>
      corefileOf({ zones: names, endpoints: [endpoint] }, port)
    const start = (name: string, corefile: (port: number) => string) =>
      startCoreDns({ ...servers, supervisor, corefile, name })
    const [oneBlock, blockEach, withoutWildcards] = await Promise.all([
      start('one-block', (port) => block(zones, port)),
      start('block-each', (port) => zones.map((zone) => block([zone], port)).join('\n')),
      start('no-wildcards', (port) =>
        block(zones, port).replace('  etcd {', `${denial()}  etcd {`),
      ),
    ])
    const coredns = { oneBlock, blockEach, withoutWildcards }
    return await worldOf({ zones, endpoint, ...coredns, stop: () => supervisor.stop() })
  } catch (error) {
    await supervisor.stop()
    throw error
  }
}

/** What docs/subtrees.md says to put before `etcd`. */
const denial = () => /template ANY ANY \{[^`]+/.exec(readFileSync(page, 'utf8'))?.[0] ?? ''
const page = path.join(import.meta.dirname, '..', '..', 'docs', 'subtrees.md')

interface Servers {
  readonly zones: readonly string[]
  readonly endpoint: string
  readonly oneBlock: DnsServer
  readonly blockEach: DnsServer
  readonly withoutWildcards: DnsServer
  readonly stop: () => Promise<void>
}

async function worldOf(servers: Servers): Promise<SubtreeWorld> {
  const { zones, endpoint, oneBlock, blockEach, withoutWildcards, stop } = servers
  const etcd = etcdKeys(endpoint)
  const straight = await startStraight({ etcd: endpoint, zones })
  await straight.reconcile()
  const clean = await etcd.all('/skydns/')
  const wanted = new Set<string>()
  let version = 0

  const world: SubtreeWorld = {
    etcd,
    withoutWildcards,
    async want(hosts) {
      const refused: Record<string, string> = {}
      for (const [host, targets] of Object.entries(hosts)) {
        wanted.add(host)
        const handled = await straight.tell('add', asking(host, targets, ++version))
        const refusals = handled.flatMap(({ answer }) => answer['refused'] as { reason: string }[])
        for (const { reason } of refusals) refused[host] = reason
      }
      return refused
    },
    async unwant(...hosts) {
      for (const host of hosts) await straight.tell('delete', asking(host, [], ++version))
    },
    reconcile: straight.reconcile,
    async ask(name, type) {
      const [one, each] = await Promise.all(
        [oneBlock, blockEach].map((server) => askDns(server, name, type)),
      )
      if (one && JSON.stringify(one) === JSON.stringify(each)) return one
      throw new Error(`${name} ${type}: ${JSON.stringify(one)} but ${JSON.stringify(each)}`)
    },
    async clear() {
      await world.unwant(...wanted)
      wanted.clear()
      for (const [key, value] of Object.entries(await etcd.all('/skydns/'))) {
        if (!value.includes('"owner":"k2s-dns"')) await etcd.delete(key)
      }
      await straight.reconcile()
      const left = await etcd.all('/skydns/')
      if (JSON.stringify(left) === JSON.stringify(clean)) return
      throw new Error(`something is left: ${Object.keys(left).join(', ')}`)
    },
    async stop() {
      await straight.close()
      await stop()
    },
  }
  return world
}

function asking(host: string, targets: readonly string[], version: number): KubernetesObject {
  const ingress = targets.map((target) =>
    /^[a-z]/.test(target) ? { hostname: target } : { ip: target },
  )
  return {
    metadata: { namespace: 'default', name: host, uid: host, resourceVersion: String(version) },
    spec: { rules: [{ host }] },
    status: { loadBalancer: { ingress } },
  }
}
