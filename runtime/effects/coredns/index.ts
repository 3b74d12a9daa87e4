import { isDeepStrictEqual } from 'node:util'
import type { Wish } from '../../../functions/corefile/wish.ts'
import { keysOf } from '../../../functions/names/records/keys.ts'
import type { EtcdClient } from '../../clients/etcd.ts'
import type { KubernetesClient } from '../../clients/kubernetes.ts'
import type { Clock } from '../../clock.ts'
import { corednsWishOf } from '../../config/coredns.ts'
import type { Config } from '../../config.ts'
import type { CredentialsProvider } from '../../credentials/provider.ts'
import type { CoreDns, CoreDnsOutcome } from '../../function.ts'
import type { Log } from '../../log.ts'
import { namingOf } from '../../settings.ts'
import { adviceOf } from './advice.ts'
import { customName } from './config-maps.ts'
import { type Difference, differencesOf } from './differences.ts'
import { type Establishing, establish } from './establish.ts'
import { insist } from './insist.ts'
import { markerIn } from './marker.ts'
import { objectsIn } from './objects.ts'
import { type ProofOptions, podsOf, prove } from './proof.ts'
import { rolledOut } from './rollout.ts'
import { caSecretName, clientSecretOf, dataOf, secretName } from './secret.ts'
import { bring, look } from './steps.ts'
import { turnsIn } from './turn.ts'
import { type Found, type Goal, tlsFiles, wantedOf } from './wanted.ts'

export interface CoreDnsOptions {
  readonly config: Config
  /** What CoreDNS is to show etcd, if anything. */
  readonly credentials: CredentialsProvider | undefined
  readonly client: KubernetesClient
  readonly etcd: Pick<EtcdClient, 'read' | 'transact' | 'grantLease' | 'tryOut'>
  readonly publishProbe: ProofOptions['publishProbe']
  readonly clock: Clock
  readonly log: Log
}

/** CoreDNS, and what besides functions asks of it. */
export interface CoreDnsKeeper extends CoreDns {
  /** Whether it was configured by us and is to be kept so. */
  isKept(): Promise<boolean>
  /** What is not as we made it, once nobody works on it any more; empty while it is not ours to keep. */
  disturbed(signal: AbortSignal): Promise<readonly Difference[]>
  /** What {@link CoreDnsKeeper.takeBack} would do. */
  leftToTakeBack(signal: AbortSignal): Promise<readonly Difference[]>
  /** Puts back exactly what was there. Does nothing if it was not configured by us. */
  takeBack(signal: AbortSignal): Promise<void>
}

const nothing = { changed: [], notes: [], advice: [], asked: [] }
const takenBack: Goal = { wish: undefined, secret: undefined }
const askAgainMs = 500

export function createCoreDns(options: CoreDnsOptions): CoreDnsKeeper {
  const { config, credentials, client, etcd, publishProbe, clock, log } = options
  const { mode, namespace, deployment, configMap, deadlineMs } = config.coredns
  const keys = keysOf(namingOf(config))
  const objects = objectsIn(client, namespace)
  const markers = markerIn(etcd, keys.coredns)
  const turns = turnsIn({ etcd, key: keys.corednsTurn, clock })
  const installation = { objects, names: { configMap, deployment }, clock }
  const parts: Establishing = { ...installation, markers, prove: proveZones, deadlineMs }

  async function proveZones(zones: readonly string[], signal: AbortSignal) {
    const { servers: given } = config.dns
    const servers =
      given.length > 0
        ? given
        : await podsOf(await rolledOut(objects, deployment, { clock, signal }), objects, signal)
    await prove(servers, zones, { publishProbe, clock }, signal)
    return servers
  }

  function wishOfNow(): Wish {
    const isTls = (config.coredns.endpoints ?? config.etcd.endpoints)[0]?.startsWith('https:')
    return corednsWishOf(config, isTls ? tlsFiles : undefined)
  }

  const goalOf = async (wish: Wish): Promise<Goal> => ({
    wish,
    secret: wish.etcd.tls && (await clientSecretOf(credentials, clock)),
  })

  /** Where somebody else configures CoreDNS, `dns.servers` say whether it serves. */
  async function leftAlone(note: string, signal: AbortSignal): Promise<CoreDnsOutcome> {
    const { zones, servers } = config.dns
    await prove(servers, zones, { publishProbe, clock }, signal)
    return { ...nothing, coredns: 'not configured by us', notes: [note], asked: servers }
  }

  const noConfigMap = `${namespace} has no ConfigMap ${configMap} with a Corefile: nothing to configure`

  /** A pod is ready with any certificate: with a wrong one there would soon be none that answers. */
  async function tryOut({ secret: found }: Found, { secret }: Goal): Promise<void> {
    const isOther = secret && !isDeepStrictEqual(found && dataOf(found), secret)
    const isAsked = config.etcd.endpoints[0]?.startsWith('https:')
    if (credentials && isOther && isAsked) await etcd.tryOut(credentials, keys.records)
  }

  async function serve(wish: Wish, signal: AbortSignal): Promise<CoreDnsOutcome> {
    const found = await look(installation, signal)
    if (!found) return leftAlone(noConfigMap, signal)
    const goal = await goalOf(wish)
    await tryOut(found, goal)
    const established = await establish(wish, { found, goal }, parts, signal)
    log.info({ ...established }, 'CoreDNS serves our names')
    return { ...nothing, coredns: 'serves', ...established }
  }

  async function advise(signal: AbortSignal): Promise<CoreDnsOutcome> {
    const found = await look(installation, signal)
    if (!found) return leftAlone(noConfigMap, signal)
    const wanted = wantedOf(found, await goalOf(wishOfNow()))
    const advice = adviceOf(found, wanted, { namespace, parts: credentials?.parts ?? {} })
    if (advice.length === 0) return leftAlone('it is configured to serve our names', signal)
    log.warn(
      { advice, notes: wanted.notes },
      'CoreDNS does not serve our names: this is to be done',
    )
    return { ...nothing, coredns: 'to be configured', notes: wanted.notes, advice }
  }

  async function differences(goal: Goal, signal: AbortSignal): Promise<readonly Difference[]> {
    const found = await look(installation, signal)
    return found ? differencesOf(found, goal, wantedOf(found, goal)) : []
  }

  /** As it is to be kept; undefined while it is not ours to keep. */
  const kept = async () => (mode === 'ensure' ? markers.read() : undefined)

  return {
    async configure(signal) {
      if (mode === 'off') return leftAlone('coredns.mode is off', signal)
      if (mode === 'advise') return advise(signal)
      return turns.take((turn) => serve(wishOfNow(), turn), signal)
    },
    mend: (signal) =>
      turns.take(async (turn) => {
        const marker = await kept()
        if (marker) return serve(marker.wish, turn)
        return { ...nothing, coredns: 'not configured by us' }
      }, signal),
    isKept: async () => (await kept()) !== undefined,
    async disturbed(signal) {
      while (await turns.isTaken()) await clock.sleep(askAgainMs, signal)
      const marker = await kept()
      if (!marker) return []
      const found = await differences(await goalOf(marker.wish), signal)
      const interrupted = {
        object: keys.coredns,
        what: 'somebody who worked on it was interrupted',
      }
      return marker.isProven ? found : [...found, interrupted]
    },
    leftToTakeBack: async (signal) =>
      (await markers.read()) ? differences(takenBack, signal) : [],
    takeBack: (signal) =>
      turns.take(async (turn) => {
        if (!(await markers.read())) return
        const timed = { withinMs: deadlineMs, clock, signal: turn }
        await insist((within) => bring(takenBack, installation, within), timed)
        await markers.write(undefined)
      }, signal),
  }
}

/** All that it is made of, for whoever watches it. */
export const corednsObjects = ({ coredns }: Pick<Config, 'coredns'>) => ({
  namespace: coredns.namespace,
  configMaps: [coredns.configMap, customName],
  deployment: coredns.deployment,
  secrets: [secretName, caSecretName],
})
