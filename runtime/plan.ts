import { isWaiting, type OwnerId, ownerId, type Refusal } from '../functions/names/claim.ts'
import type { Host } from '../functions/names/host.ts'
import { changesBetween, type NameChange } from '../functions/names/story/changes.ts'
import { etcdCopy } from './clients/etcd-copy.ts'
import type { KubernetesClient } from './clients/kubernetes.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import { createDispatcher } from './dispatcher.ts'
import { noCoreDns } from './effects/coredns/none.ts'
import { createRecords } from './effects/records/index.ts'
import { type Reading, readingOf } from './effects/records/reading.ts'
import type { Snapshot } from './effects/records/snapshot.ts'
import { GiveUp } from './errors.ts'
import { plainEvent, reconcileDue } from './events.ts'
import type { Context, EventFunction, Resync } from './function.ts'
import type { Log } from './log.ts'
import { createMetrics } from './metrics.ts'
import { createRefresh } from './refresh.ts'
import { kindsOn, namingOf, settingsOf } from './settings.ts'
import { kubernetesSource } from './sources/kubernetes/index.ts'

/** What the functions would do now, if they were run with this configuration. */
export interface Plan {
  readonly changes: readonly NameChange[]
  /** All that would be refused then, be it refused already or not. */
  readonly refused: readonly (Refusal & { readonly owner: OwnerId })[]
  /** Owners whose names would be kept, since their absence is not proven. */
  readonly withheld: Resync['withheld']
  /** In the cluster. */
  readonly objects: number
}

export interface Planning {
  readonly functions: readonly EventFunction[]
  readonly client: KubernetesClient
  readonly snapshot: Snapshot
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Has the functions reconcile a copy of the store with all objects of the cluster, and compares. Nothing is
 * written anywhere: the copy is thrown away, and the API server is only asked to list.
 * @throws RetryLater if the API server does not answer; GiveUp if the store's layout is newer
 */
export async function planChanges(config: Config, planning: Planning): Promise<Plan> {
  const { functions, client, snapshot, clock, log, signal } = planning
  const naming = namingOf(config)
  const copy = etcdCopy(snapshot)
  const metrics = createMetrics()
  const settings = settingsOf(config)
  const limits = () => settings.policy.limits
  const records = createRecords({ etcd: copy, ...naming, limits, clock, metrics })
  const world = kubernetesSource({
    kinds: kindsOn(config),
    client,
    memory: records,
    guard: config.guard,
    settings: () => settings,
    clock,
    log,
    metrics,
  })
  const refused = new Map<OwnerId, readonly Refusal[]>()
  const epoch = await records.epoch()
  let resync: Resync = { objects: 0, mended: 0, withheld: [] }
  const context: Omit<Context, 'records' | 'work' | 'signal'> = {
    settings,
    world: {
      ask: world.ask,
      async resync({ confirmed }) {
        const emit: Parameters<typeof world.resync>[1]['emit'] = (event, options = {}) =>
          dispatcher.dispatch(event, { lane: options.lane, fresh: epoch })
        resync = await world.resync(confirmed, { emit, signal })
        return resync
      },
    },
    coredns: noCoreDns,
    report: {
      refusals: (owner, refusals) => void refused.set(ownerId(owner), refusals),
      standings: () => undefined, // the store says in the end how all stand
      observed: async () => undefined,
    },
  }
  const refresh = createRefresh(client, records)
  const dispatcher = createDispatcher({
    functions,
    context: { ...context, records },
    refresh,
    clock,
    log,
    metrics,
  })

  await records.check()
  const event = plainEvent(reconcileDue, '/k2s-dns/cli')
  const reconcile = functions.find((each) => each.covers(event))
  if (!reconcile) throw new GiveUp('no function of the set reconciles')
  await reconcile.call(event, { ...context, records, work: dispatcher, signal }) // by itself: not tried again
  const after = readingOf(copy.stored, naming)
  return {
    changes: changesBetween(readingOf(snapshot, naming).names, after.names),
    refused: [...refused].flatMap(([owner, refusals]) =>
      refusals.filter((each) => stands(each, owner, after)).map((each) => ({ owner, ...each })),
    ),
    withheld: resync.withheld,
    objects: resync.objects,
  }
}

/** A claim that waits may get its name as soon as another object was handled: the store says so in the end. */
const stands = ({ host, reason }: Refusal, owner: OwnerId, after: Reading): boolean =>
  !isWaiting(reason) || after.settled(host as Host).settlement.refused.has(owner)
