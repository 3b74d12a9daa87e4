import { functions } from '../functions/index.ts'
import { backoffMs } from './backoff.ts'
import type { Instance } from './cli/command.ts'
import { connectEtcd } from './clients/etcd.ts'
import type { KubernetesClient } from './clients/kubernetes.ts'
import { systemClock as clock } from './clock.ts'
import type { Config } from './config.ts'
import { createDispatcher } from './dispatcher.ts'
import { createCoreDns } from './effects/coredns.ts'
import { announceRefusals } from './effects/kubernetes-events.ts'
import { createRecords } from './effects/records/index.ts'
import { createReport } from './effects/report.ts'
import { messageOf, RetryLater } from './errors.ts'
import type { Log } from './log.ts'
import { createMetrics } from './metrics.ts'
import { createRefresh } from './refresh.ts'
import { createServer } from './server/server.ts'
import { kubernetesSource } from './sources/kubernetes/index.ts'
import { scheduleSource } from './sources/schedule.ts'

export interface Surroundings {
  readonly client: KubernetesClient
  readonly log: Log
  /** Aborts when the instance is to close. */
  readonly signal: AbortSignal
}

/** Puts the parts together: sources → dispatcher → functions → effects. */
export async function compose(
  config: Config,
  { client, log, signal }: Surroundings,
): Promise<Instance> {
  const { instance, etcd: etcdConfig, dns, guard, http, drainMs } = config
  const ending = new AbortController()
  const running = ending.signal
  const metrics = createMetrics()

  const etcd = await connectEtcd({ ...etcdConfig, onRecovered: () => dispatcher.wake() })
  const records = createRecords({ etcd, instance, recordPrefix: dns.prefix, clock, metrics })
  const world = kubernetesSource({ client, memory: records, guard, clock, log, metrics })
  const report = createReport({
    clock,
    log,
    metrics,
    signal: running,
    announce: (owner, refusals) =>
      announceRefusals(client, owner, refusals, { now: new Date(), signal: running }),
  })
  const coredns = createCoreDns({
    servers: dns.servers,
    zones: dns.zones,
    publishProbe: records.publishProbe,
    clock,
  })
  const dispatcher = createDispatcher({
    functions,
    context: {
      settings: {
        policy: { zones: dns.zones, clusterDomain: dns.clusterDomain },
        defaultTargets: config.targets.default,
        ttlSeconds: dns.ttlSeconds,
      },
      records,
      world,
      coredns,
      report,
    },
    refresh: createRefresh(client, records),
    clock,
    log,
    metrics,
    drainMs,
  })
  const schedule = scheduleSource({
    expression: config.reconcile.schedule,
    onFailure: (error) => log.error({}, `the scheduled reconcile failed: ${messageOf(error)}`),
  })
  const server = createServer({
    ...http,
    log,
    functionNames: functions.map(({ name }) => name),
    dispatch: (event, { functionName }) => dispatcher.dispatch(event, { functionName }),
    async readiness() {
      await records.check()
      const reasons = world.unsynced()
      return { ready: reasons.length === 0, reasons }
    },
    async metrics() {
      metrics.queued.set(dispatcher.queued)
      return { contentType: metrics.registry.contentType, text: await metrics.registry.metrics() }
    },
  })

  async function prepare(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await records.check()
        await records.audit()
        return
      } catch (error) {
        if (!(error instanceof RetryLater)) throw error
        log.warn({ attempt }, messageOf(error))
        const waitMs = backoffMs(attempt, { firstMs: 50, maxMs: 1_000 }, Math.random())
        await clock.sleep(waitMs, running)
      }
    }
  }

  async function untilSynced(until: AbortSignal): Promise<void> {
    while (world.unsynced().length > 0) await clock.sleep(20, until)
  }

  const { host, port } = await server.start(signal)
  const emit = dispatcher.dispatch
  const sources = prepare().then(() =>
    Promise.all([
      world.start(emit, running),
      untilSynced(running).then(() => schedule.start(emit, running)),
    ]),
  )
  let closing: Promise<{ left: number }> | undefined
  async function close() {
    ending.abort(new RetryLater('this instance is stopping'))
    await sources.catch(() => undefined) // told to whoever waits for `synced`
    const drained = await dispatcher.close()
    await server.close()
    etcd.close()
    return drained
  }

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    dispatch: (event) => dispatcher.dispatch(event),
    async synced(until) {
      await Promise.race([untilSynced(AbortSignal.any([until, running])), sources])
    },
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
