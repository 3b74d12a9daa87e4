import { functions } from '../../functions/index.ts'
import { connectEtcd, type EtcdOptions } from '../../runtime/clients/etcd.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { createDispatcher } from '../../runtime/dispatcher.ts'
import { noCoreDns } from '../../runtime/effects/coredns/none.ts'
import { createRecords, type RecordStore } from '../../runtime/effects/records/index.ts'
import { createReport } from '../../runtime/effects/report.ts'
import { GiveUp } from '../../runtime/errors.ts'
import {
  type CloudEvent,
  objectEvent,
  plainEvent,
  type ResourceVerb,
  reconcileDue,
} from '../../runtime/events.ts'
import type { Handled } from '../../runtime/function.ts'
import type { KubernetesObject } from '../../runtime/kinds.ts'
import { createMetrics, type Metrics } from '../../runtime/metrics.ts'
import { aPolicy } from '../support/a-policy.ts'
import { askAlone, askSettings, ingressKind } from '../support/asked-alone.ts'
import { type QuietLog, quietLog } from '../support/quiet-log.ts'

/**
 * The functions on the real record store, without an API server that could refuse or correct what they are
 * told: what the test says of an object is taken for what a watch has just said.
 */
export interface Straight {
  /** Resolves once it has taken effect, as the dispatcher has it. */
  tell(verb: ResourceVerb, object: KubernetesObject): Promise<readonly Handled[]>
  /** Reads all that is stored and mends it, as the schedule has it every five minutes. */
  reconcile(): Promise<void>
  readonly log: QuietLog
  readonly records: RecordStore
  readonly metrics: Metrics
  /** Resolves with the number of objects that are still at work. */
  left(): Promise<number>
  close(): Promise<void>
}

export interface StraightOptions {
  /** Its endpoint, or how it is reached. */
  readonly etcd: string | EtcdOptions
  readonly zones: readonly string[]
  readonly instance?: string
  readonly defaultTargets?: readonly string[]
}

export async function startStraight(options: StraightOptions): Promise<Straight> {
  const { zones, instance = 'k2s-dns', defaultTargets = [] } = options
  const reached = typeof options.etcd === 'string' ? { endpoints: [options.etcd] } : options.etcd
  const etcd = await connectEtcd(reached)
  const metrics = createMetrics()
  const log = quietLog()
  const records = createRecords({
    etcd,
    instance,
    zones,
    clock,
    metrics,
    onUnreadable: (key, why) => log.warn({ key }, why),
  })
  await records.check().catch((error: unknown) => {
    etcd.close()
    throw error
  })
  let epoch = await records.epoch()
  const asking = askSettings({ defaultTargets })
  /** What an API server would say: the last that was told of each object. */
  const told = new Map<string, CloudEvent<unknown>>()
  const dispatcher = createDispatcher({
    functions,
    context: {
      settings: {
        policy: aPolicy({ zones }),
        ...asking,
      },
      records,
      world: {
        ask: askAlone(asking),
        resync: async () => ({ objects: 0, mended: 0, withheld: [] }),
      },
      coredns: noCoreDns,
      report: {
        ...createReport({ clock, log, metrics, announce: async () => undefined, settleMs: 0 }),
        observed: async () => undefined,
      },
    },
    async refresh({ subject = '' }) {
      const event = told.get(subject)
      if (!event) throw new GiveUp('there is no API server to ask')
      return { event, epoch }
    },
    clock,
    log,
    metrics,
  })
  return {
    log,
    metrics,
    records,
    async tell(verb, object) {
      const event = objectEvent(verb, ingressKind, object, { era: 0, source: '/straight' })
      epoch = await records.epoch().catch(() => epoch)
      told.set(event.subject ?? '', event)
      return dispatcher.dispatch(event, { fresh: epoch })
    },
    async reconcile() {
      const fresh = await records.epoch()
      await dispatcher.dispatch(plainEvent(reconcileDue, '/straight'), { fresh })
    },
    left: async () => (await dispatcher.drain()).left,
    async close() {
      await dispatcher.close()
      etcd.close()
    },
  }
}
