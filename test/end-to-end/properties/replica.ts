import { functions } from '../../../functions/index.ts'
import { type OwnerId, ownerId } from '../../../functions/names/claim.ts'
import type { Host } from '../../../functions/names/host.ts'
import { type Clock, systemClock } from '../../../runtime/clock.ts'
import { createDispatcher, type DispatchOptions } from '../../../runtime/dispatcher.ts'
import { createDuties } from '../../../runtime/duties.ts'
import { noCoreDns } from '../../../runtime/effects/coredns/none.ts'
import { createRecords } from '../../../runtime/effects/records/index.ts'
import { createReport } from '../../../runtime/effects/report.ts'
import {
  absenceConfirmed,
  type CloudEvent,
  objectEvent,
  plainEvent,
  type ResourceVerb,
  reconcileDue,
  subjectOf,
} from '../../../runtime/events.ts'
import type { Settings } from '../../../runtime/function.ts'
import { createMetrics } from '../../../runtime/metrics.ts'
import { createRefresh } from '../../../runtime/refresh.ts'
import { kubernetesSource } from '../../../runtime/sources/kubernetes/index.ts'
import { ingressKind } from '../../support/asked-alone.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { type Change, type Cluster, clientOf } from './cluster.ts'
import type { Breakable } from './trouble.ts'

/** The real function set with caches of its own, on a connection that can be broken. */
export interface Replica {
  readonly etcd: Breakable
  /** The last one that it began or found when it started. */
  readonly epoch: string
  /** What its watch tells. Resolves once it has taken effect, and those who were asked again of it are done. */
  deliver(change: Change): Promise<unknown>
  /** What somebody says over HTTP: it is looked up in the cluster. */
  hint(verb: ResourceVerb, id: string): Promise<unknown>
  /** @param confirmed it is said that what is missing is gone: an era begins */
  reconcile(confirmed?: boolean): Promise<unknown>
  mend(name: string): Promise<unknown>
  beginEpoch(): Promise<void>
  close(): Promise<void>
}

export interface ReplicaOptions {
  readonly etcd: Breakable
  readonly identity: string
  readonly instance: string
  readonly recordPrefix: string
  readonly settings: Settings
  readonly cluster: Cluster
  /** Told of an owner that the functions ask again, as it is an heir now. */
  readonly onAskedAgain: (owner: OwnerId) => void
}

/** Back-offs are told in milliseconds of ours, and take a twenty-fifth: nobody else is waited for here. */
const clock: Clock = {
  ...systemClock,
  after: (ms, then) => systemClock.after(ms / 25, then),
}
const metrics = createMetrics()

/** @throws RetryLater if the connection breaks meanwhile */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { etcd, identity, instance, recordPrefix, settings, cluster } = options
  const { zones } = settings.policy
  const log = quietLog()
  const client = clientOf(cluster)
  const records = createRecords({ etcd, instance, zones, recordPrefix, clock, metrics })
  await records.check()
  await records.audit()
  const guard = { share: 0.5, minimum: 10 }
  const kinds = [ingressKind]
  const world = kubernetesSource({
    kinds,
    settings: () => settings,
    client,
    memory: records,
    guard,
    clock,
    log,
    metrics,
  })
  const refresh = createRefresh(client, records)
  const dispatcher = createDispatcher({
    functions,
    context: {
      settings,
      records,
      world: { ask: world.ask, resync: (how) => duties.resync(how) },
      coredns: noCoreDns,
      report: {
        ...createReport({ clock, log, metrics, announce: async () => undefined, settleMs: 0 }),
        observed: async () => undefined,
      },
    },
    refresh(event, signal) {
      const subject = event.source === '/k2s-dns/functions' ? subjectOf(event) : undefined
      if (subject) options.onAskedAgain(ownerId(subject))
      return refresh(event, signal)
    },
    clock,
    log,
    metrics,
  })
  const { dispatch } = dispatcher
  const tell = async (...told: readonly [CloudEvent<unknown>, DispatchOptions?]) => {
    await dispatch(...told)
    await dispatcher.drain()
  }
  const duties = createDuties({ records, world, onceSynced: [], dispatch, identity, clock })
  let epoch = await records.epoch()
  return {
    etcd,
    get epoch() {
      return epoch
    },
    deliver: ({ verb, object, era }) =>
      tell(objectEvent(verb, ingressKind, object, { era, source: '/watch' }), { fresh: epoch }),
    hint(verb, id) {
      const [namespace = '', name = ''] = id.split('/')
      const metadata = { namespace, name, uid: 'forged', resourceVersion: '999999' }
      const spec = { rules: [{ host: 'forged.cluster.local' }] }
      const object = { metadata, spec }
      return tell(objectEvent(verb, ingressKind, object, { era: 9, source: '/forged' }))
    },
    reconcile: (confirmed = false) =>
      tell(plainEvent(confirmed ? absenceConfirmed : reconcileDue, '/test')),
    mend: (name) => records.mend(name as Host), // one of the test's names
    async beginEpoch() {
      epoch = await (await records.lastEpoch()).begin(identity)
    },
    async close() {
      await dispatcher.close()
    },
  }
}
