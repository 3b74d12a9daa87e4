import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Answer } from 'dns-packet'
import { corefileOf, startCoreDns } from '../../deploy/local/coredns.ts'
import { startEtcd } from '../../deploy/local/etcd.ts'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import { claimsOf } from '../../functions/names/asking/ask.ts'
import type { Refusal } from '../../functions/names/claim.ts'
import type { Host } from '../../functions/names/host.ts'
import { keysOf } from '../../functions/names/records/keys.ts'
import { recordsOf } from '../../functions/names/records/record.ts'
import { writeTarget } from '../../functions/names/targets/target.ts'
import { typedTarget } from '../../functions/names/targets/typed-target.ts'
import { connectEtcd } from '../../runtime/clients/etcd.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { createRecords } from '../../runtime/effects/records/index.ts'
import { createMetrics } from '../../runtime/metrics.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { askDns, questionTypes, summaryOf } from '../support/dns-question.ts'
import { etcdKeys } from './etcd-keys.ts'

/** The record store on a real etcd, and CoreDNS with each zone in a server block of its own. */
export interface RecordTypesWorld {
  /** @returns what is refused, by host */
  want(hosts: Hosts): Promise<Readonly<Record<string, string>>>
  /** Writes what the store would write, if it did not refuse it. */
  force(host: string, targets: readonly string[]): Promise<void>
  /** @returns how much had to be put right */
  audit(): Promise<number>
  /** What a name answers to each type, in short. */
  answers(name: string): Promise<Readonly<Record<string, string>>>
  /** Of CoreDNS, `address:port`. */
  readonly server: string
  /** Takes everything back. @throws Error if something is left */
  clear(): Promise<void>
  stop(): Promise<void>
}

/** Each host with its targets: addresses, a name, or type and data. */
export type Hosts = Readonly<Record<string, readonly string[]>>

const instance = 'k2s-dns'
const keys = keysOf({ instance })

export async function startRecordTypesWorld(zones: readonly string[]): Promise<RecordTypesWorld> {
  const servers = await realServers(['etcd', 'coredns'])
  const directory = mkdtempSync(path.join(tmpdir(), 'k2s-dns-test-'))
  const supervisor = await startSupervisor({ directory, removeDirectory: true })
  try {
    const { endpoint } = await startEtcd({ ...servers, supervisor })
    const corefile = (port: number) =>
      zones.map((zone) => corefileOf({ zones: [zone], endpoints: [endpoint] }, port)).join('\n')
    const coredns = await startCoreDns({ ...servers, supervisor, corefile })
    const client = await connectEtcd({ endpoints: [endpoint] })
    const etcd = etcdKeys(endpoint)
    const records = createRecords({
      etcd: client,
      instance,
      zones,
      clock,
      metrics: createMetrics(),
    })
    await records.check()
    await records.audit()
    const clean = await etcd.all('/skydns/')
    const wanted = new Set<string>()
    let version = 0n
    const owner = (host: string) => {
      const at = { era: 0, version: ++version }
      return { kind: 'DNSEndpoint', namespace: 'default', name: host, uid: host, at }
    }

    return {
      async want(hosts) {
        const refused: Record<string, string> = {}
        for (const [host, targets] of Object.entries(hosts)) {
          const asked = claimsOf(
            { asks: [{ host, targets: targets.map(stated) }], refused: [] },
            ttl,
          )
          const kept = await records.replace(owner(host), asked.claims)
          wanted.add(host)
          for (const { reason } of [...asked.refused, ...kept.refused] as Refusal[])
            refused[host] = reason
        }
        return refused
      },
      async force(host, targets) {
        const options = { keys, instance, zones }
        const written = targets
          .map(stated)
          .map((each) => (typeof each === 'string' ? each : writeTarget(each)))
        const answer = { targets: written, ttl: ttl.ttlSeconds }
        for (const { key, value } of recordsOf(host as Host, answer, options)) {
          await etcd.put(key, value)
        }
      },
      server: `${coredns.address}:${coredns.port}`,
      audit: async () => (await records.audit()).mended,
      async answers(name) {
        const told = await Promise.all(
          questionTypes
            .filter((type) => type !== 'SOA')
            .map(async (type) => [type, summaryOf(await askDns(coredns, name, type, whole))]),
        )
        return Object.fromEntries(told)
      },
      async clear() {
        for (const host of wanted) await records.release(owner(host))
        wanted.clear()
        await records.audit() // takes away what was written by force
        const left = await etcd.all('/skydns/')
        if (JSON.stringify(left) !== JSON.stringify(clean))
          throw new Error(`something is left: ${Object.keys(left).join(', ')}`)
      },
      async stop() {
        client.close()
        await supervisor.stop()
      },
    }
  } catch (error) {
    await supervisor.stop()
    throw error
  }
}

const ttl = { ttlSeconds: 30 }

/** As a kind states it that reads record types. */
function stated(text: string) {
  const [, type, data = ''] = /^([A-Z]+) (.*)$/.exec(text) ?? []
  const typed = type === undefined ? text : typedTarget(type, data)
  if (typeof typed !== 'string' && 'reason' in typed) throw new Error(`${text}: ${typed.message}`)
  return typed
}

/** With all numbers; a TXT by its strings, and one that is long by how many octets they have. */
function whole(record: Answer): string {
  if (record.type === 'SRV') {
    const { priority = 0, weight = 0, port, target } = record.data
    return `${priority} ${weight} ${port} ${target}`
  }
  if (record.type === 'MX') return `${record.data.preference} ${record.data.exchange}`
  if (record.type === 'TXT') return [record.data].flat().map(string).join(' ')
  return 'data' in record ? String(record.data) : ''
}

const string = (part: string | Buffer) =>
  part.length > 60 ? `(${part.length} octets)` : `"${String(part).replaceAll(/["\\]/g, '\\$&')}"`
