import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { functions } from '../functions/index.ts'
import type { Instance } from './cli/command.ts'
import { connectEtcd } from './clients/etcd.ts'
import type { KubernetesClient } from './clients/kubernetes.ts'
import { systemClock as clock } from './clock.ts'
import { policyOf } from './config/policy.ts'
import type { Config, ConfigFile } from './config.ts'
import { corednsCredentialsOf, credentialsOf } from './credentials/index.ts'
import { type CredentialsProvider, judged } from './credentials/provider.ts'
import { createDispatcher } from './dispatcher.ts'
import { createDuties } from './duties.ts'
import { createCertificateExpiry } from './effects/certificate-expiry.ts'
import { corednsObjects, createCoreDns } from './effects/coredns/index.ts'
import { announceExpiry, announceRefusals } from './effects/kubernetes-events.ts'
import { createStatus } from './effects/kubernetes-status.ts'
import { createRecords } from './effects/records/index.ts'
import type { Snapshot } from './effects/records/snapshot.ts'
import { createReport } from './effects/report.ts'
import { messageOf, RetryLater } from './errors.ts'
import { plainEvent, reconcileDue } from './events.ts'
import { hostPort } from './host-port.ts'
import { leadershipOf, leaseNameOf } from './leadership/index.ts'
import type { Log } from './log.ts'
import { createMetrics } from './metrics.ts'
import { type Plan, planChanges } from './plan.ts'
import { prepare } from './prepare.ts'
import { createRefresh } from './refresh.ts'
import { seldom } from './seldom.ts'
import { createServer } from './server/server.ts'
import { kindsOn, namingOf, settingsOf } from './settings.ts'
import { certificatesSource, type WatchedProvider } from './sources/certificates.ts'
import { corednsSource } from './sources/coredns.ts'
import { hostsFileSource } from './sources/hosts-file.ts'
import { kubernetesSource } from './sources/kubernetes/index.ts'
import { policyFileSource } from './sources/policy-file.ts'
import { recordStoreSource } from './sources/record-store.ts'
import { scheduleSource } from './sources/schedule.ts'

export interface Surroundings {
  readonly client: KubernetesClient
  /** Where the configuration came from, if from a file: its policy is taken over as it changes. */
  readonly configFile?: ConfigFile | undefined
  readonly log: Log
  /** Aborts when the instance is to close. */
  readonly signal: AbortSignal
}

/** What all functions of the set would do, see {@link planChanges}. */
export const planWithAll = (
  config: Config,
  snapshot: Snapshot,
  surroundings: Surroundings,
): Promise<Plan> => planChanges(config, { functions, snapshot, clock, ...surroundings })

/** Puts the parts together: sources → dispatcher → functions → effects. */
export async function compose(
  config: Config,
  { client, configFile, log, signal }: Surroundings,
): Promise<Instance> {
  const { etcd: etcdConfig, guard, http, drainMs } = config
  const ending = new AbortController()
  const running = ending.signal
  const metrics = createMetrics()
  metrics.configValid.set(1)
  let policy = policyOf(config)
  const settings = {
    ...settingsOf(config),
    get policy() {
      return policy
    },
  }
  const identity = `${hostname()}_${randomUUID().slice(0, 8)}`

  async function watchedProvider(provider: CredentialsProvider): Promise<WatchedProvider> {
    return {
      provider,
      inUse: await judged(() => provider.read(), clock), // before a connection is made with it
      show: createCertificateExpiry({
        parts: provider.parts,
        async announce(note, name) {
          if (!config.leadership.enabled) return // no object of ours to put it on
          const sending = { now: clock.date(), signal: running }
          await announceExpiry(client, leaseNameOf(config), { note, name }, sending)
        },
        log,
        metrics,
      }),
    }
  }

  const credentials = credentialsOf(config, client)
  const ofCoreDns = corednsCredentialsOf(config, credentials)
  const providers = await Promise.all(
    [...new Set([credentials, ofCoreDns])]
      .flatMap((provider) => provider ?? [])
      .map(watchedProvider),
  )
  const etcd = await connectEtcd({
    ...etcdConfig,
    credentials,
    onRecovered: () => dispatcher.wake(),
    onRewritten(how) {
      log.warn({ how }, 'etcd was set back or replaced: everything is compared anew')
      dispatcher
        .dispatch(plainEvent(reconcileDue, '/k2s-dns/etcd'))
        .catch((error: unknown) => log.error({}, `it was not compared: ${messageOf(error)}`))
    },
  })
  const records = createRecords({
    etcd,
    ...namingOf(config),
    limits: () => policy.limits,
    clock,
    metrics,
    onUnreadable: (key, why) =>
      log.warn(
        { key, why },
        'CoreDNS answers SERVFAIL for every name above this key, since it can’t read its value: remove it',
      ),
  })
  const world = kubernetesSource({
    kinds: kindsOn(config),
    client,
    memory: records,
    guard,
    settings: () => settings,
    clock,
    log,
    metrics,
  })
  const report = createReport({
    clock,
    log,
    metrics,
    signal: running,
    announce: (subject, refusals) =>
      announceRefusals(client, subject, refusals, { now: clock.date(), signal: running }),
  })
  const { publishProbe } = records
  const coredns = createCoreDns({
    config,
    credentials: ofCoreDns,
    client,
    etcd,
    publishProbe,
    clock,
    log,
  })
  const dispatcher = createDispatcher({
    functions,
    context: {
      settings,
      records,
      world: {
        ask: world.ask,
        resync: ({ confirmed, signal: given }) =>
          duties.resync({ confirmed, signal: AbortSignal.any([given, running]) }),
      },
      coredns,
      report: { ...report, observed: createStatus({ client, settings, log, signal: running }) },
    },
    refresh: createRefresh(client, records),
    clock,
    log,
    metrics,
    drainMs,
    onEpochOver: (epoch) => duties.noteOver(epoch),
  })
  const schedule = scheduleSource({
    expression: config.reconcile.schedule,
    onFailure: (error) => log.error({}, `the scheduled reconcile failed: ${messageOf(error)}`),
  })
  const policyFile =
    configFile &&
    policyFileSource({
      file: configFile,
      config,
      accept: (accepted) => {
        policy = policyOf({ ...config, policy: accepted })
      },
      onFailure: (error) => log.error({}, `the policy could not be applied: ${messageOf(error)}`),
      clock,
      log,
      metrics,
    })
  const certificates = certificatesSource({
    providers,
    onFailure: (error) =>
      log.error({}, `the certificates could not be taken over: ${messageOf(error)}`),
    clock,
    log,
    metrics,
  })
  const leadership = leadershipOf(config, { client, identity, clock, log, metrics })
  const { dispatch } = dispatcher
  const store = recordStoreSource({ watch: records, clock, log, metrics })
  const hostsFile =
    config.sources.hostsFile === undefined
      ? []
      : hostsFileSource({
          file: config.sources.hostsFile,
          onFailure: (error) =>
            log.error({}, `the hosts file could not be applied: ${messageOf(error)}`),
          clock,
          log,
        })
  const corednsChanges = corednsSource({
    ...coredns,
    client,
    objects: corednsObjects(config),
    clock,
    log,
  })
  const onceSynced = [schedule, store, corednsChanges, hostsFile].flat()
  const duties = createDuties({ records, world, onceSynced, dispatch, identity, clock })
  const storeAnswers = seldom(() => records.check(), { everyMs: 1_000, clock })
  const server = createServer({
    ...http,
    log,
    functionNames: functions.map(({ name }) => name),
    dispatch: (event, { functionName }) => dispatcher.dispatch(event, { functionName }),
    async readiness() {
      await storeAnswers()
      const reasons = unready()
      return { ready: reasons.length === 0, reasons, role: leadership.role }
    },
    async metrics() {
      metrics.queued.set(dispatcher.queued)
      return { contentType: metrics.registry.contentType, text: await metrics.registry.metrics() }
    },
  })

  /** A standby is ready as long as it sees a leader at work: it takes events and can take over. */
  function unready(): readonly string[] {
    return leadership.role === 'leader' ? world.unsynced() : [leadership.trouble() ?? []].flat()
  }

  async function untilReady(until: AbortSignal): Promise<void> {
    while (unready().length > 0) await clock.sleep(20, until)
  }

  const { host, port } = await server.start(signal)
  const prepared = prepare(records, { clock, log, signal: running })
  const duty = { able: () => prepared.then(duties.able), lead: duties.lead }
  const leading = leadership.run(duty, running)
  const reloading = policyFile?.start((event) => dispatch(event), running)
  const rotating = certificates.start((event) => dispatch(event), running)
  const working = Promise.all([prepared, leading, reloading, rotating])
  let closing: Promise<{ left: number }> | undefined
  async function close() {
    ending.abort(new RetryLater('this instance is stopping'))
    await Promise.allSettled([prepared, leading]) // told to whoever waits for `synced`
    // the next leader need not wait: what we know is of an epoch, and comes before its own or not at all
    const [drained] = await Promise.all([dispatcher.close(), leadership.release()])
    await server.close()
    etcd.close()
    return drained
  }

  return {
    url: `http://${hostPort(host, port)}`,
    dispatch: (event) => dispatcher.dispatch(event),
    async synced(until) {
      await Promise.race([untilReady(AbortSignal.any([until, running])), working])
    },
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
