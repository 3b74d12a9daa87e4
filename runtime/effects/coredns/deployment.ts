import { isDeepStrictEqual } from 'node:util'
import { GiveUp } from '../../errors.ts'
import type { Container, Deployment, Named, Strategy } from './objects.ts'
import { secretName } from './secret.ts'

/** Where CoreDNS finds the files of its Secret. */
export const mountPath = '/etc/k2s-dns/etcd'

/** Ours on the Deployment: the strategy that it had; on its pods: which configuration they were started with. */
const foundStrategy = 'dns.k2s.io/found-strategy'
const configuredWith = 'dns.k2s.io/configured-with'

const volume = { name: secretName, secret: { secretName, defaultMode: 0o644 } } // as the API server would have it
const mount = { name: secretName, mountPath, readOnly: true }
/** With one replica too there is never a moment without a pod that answers. */
const surge: Strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }

/**
 * CoreDNS closes its connection to etcd at SIGTERM, before it goes into lameduck mode (plugin/etcd, OnShutdown;
 * plugin/health, OnFinalShutdown): questions that still come to a pod that ends would fail. So SIGTERM waits until
 * kube-proxy has heard of it.
 */
const preStop = { sleep: { seconds: 5 } }
/** Since then pods may sleep without a shell, which CoreDNS's image has not (KEP-3960, on by default). */
const sleepSince = 30

/** What of ours a Deployment is to have. */
export interface Dress {
  readonly isMounted: boolean
  /** Whether its pods end only after a while; for pods that have none of their own. */
  readonly isGraceful: boolean
  /** Pods with another one are replaced; undefined: nothing that we wrote configures them. */
  readonly configuredWith: string | undefined
}

/**
 * Ready to be rolled without a gap, and with the volume before anything names a file of it. Nothing is taken away yet.
 * Pods with the network of their node can't stand beside each other there: their strategy is left.
 */
export function prepared(deployment: Deployment, { isMounted }: Pick<Dress, 'isMounted'>) {
  const { strategy = {}, template } = deployment.spec
  const isKept = template.spec.hostNetwork === true || isSurge(strategy)
  const rolling = isKept ? deployment : withStrategy(deployment, surge, JSON.stringify(strategy))
  return isMounted ? withCoreDns(rolling, mounted) : rolling
}

/** With exactly what of ours it is to have, but for the strategy. */
export function dressed(deployment: Deployment, dress: Dress): Deployment {
  const { template } = deployment.spec
  const annotations = edited(template.metadata?.annotations, configuredWith, dress.configuredWith)
  const metadata = { ...template.metadata, annotations }
  const isOurs = template.metadata?.annotations?.[configuredWith] !== undefined
  const of = { ...deployment, spec: { ...deployment.spec, template: { ...template, metadata } } }
  const volumes = dress.isMounted ? withCoreDns(of, mounted) : withCoreDns(of, unmounted)
  const { terminationGracePeriodSeconds = 30 } = template.spec
  const hasTime = terminationGracePeriodSeconds > preStop.sleep.seconds // else it is refused
  if (dress.isGraceful && hasTime) return withCoreDns(volumes, graceful)
  return isOurs ? withCoreDns(volumes, abrupt) : volumes
}

/** With the strategy that was found; for a Deployment that has nothing else of ours any more. */
export function givenBack(deployment: Deployment): Deployment {
  const found = deployment.metadata.annotations?.[foundStrategy]
  if (found === undefined) return deployment
  return withStrategy(deployment, JSON.parse(found) as Strategy, undefined) // written by `prepared`
}

/** Whether pods can end gracefully there. @param minor of Kubernetes 1.x */
export const canSleep = (minor: number): boolean => minor >= sleepSince

export const isSame = (deployment: Deployment, dress: Dress): boolean =>
  hasVolume(deployment) === dress.isMounted &&
  deployment.spec.template.metadata?.annotations?.[configuredWith] === dress.configuredWith

/** @throws GiveUp for one that can't be rolled */
export function checkRollable({ metadata: { name }, spec }: Deployment): void {
  if (spec.paused) throw new GiveUp(`the Deployment ${name} is paused: resume it first`)
  if (spec.replicas === 0) throw new GiveUp(`the Deployment ${name} has no replicas: scale it up`)
  corednsOf(spec.template.spec.containers)
}

/** `1.12.0`, as the tag of its image says; undefined if that says something else. */
export const versionOf = ({ spec }: Deployment): string | undefined =>
  /:v?(\d+\.\d+\.\d+)/.exec(corednsOf(spec.template.spec.containers).image ?? '')?.[1]

/** Where its pods take questions, by UDP. */
export function dnsPortOf({ spec }: Deployment): number {
  const { ports = [] } = corednsOf(spec.template.spec.containers)
  const udp = ports.filter(({ protocol }) => protocol === 'UDP')
  return (udp.find(({ name }) => name === 'dns') ?? udp[0])?.containerPort ?? 53
}

function corednsOf(containers: readonly Container[]): Container {
  const found =
    containers.find(({ name }) => name === 'coredns') ??
    containers.find(({ args }) => args?.includes('-conf'))
  if (found) return found
  throw new GiveUp('no container of the Deployment is CoreDNS: set coredns.deployment')
}

export const hasVolume = ({ spec }: Deployment) =>
  spec.template.spec.volumes?.some(({ name }) => name === secretName) === true

type PodSpec = Deployment['spec']['template']['spec']

/** Changes the container that is CoreDNS, and what belongs to it. */
function withCoreDns(
  { spec, ...others }: Deployment,
  change: (coredns: Container, volumes: readonly Named[]) => [Container, readonly Named[]],
): Deployment {
  const { containers, volumes: found = [] } = spec.template.spec
  const coredns = corednsOf(containers)
  const [changed, volumes] = change(coredns, found)
  const pod: PodSpec = {
    ...spec.template.spec,
    containers: containers.map((each) => (each === coredns ? changed : each)),
    volumes,
  }
  return { ...others, spec: { ...spec, template: { ...spec.template, spec: pod } } }
}

const isTheirs = ({ name }: Named) => name !== secretName

const unmounted = (
  coredns: Container,
  volumes: readonly Named[],
): [Container, readonly Named[]] => [
  { ...coredns, volumeMounts: (coredns.volumeMounts ?? []).filter(isTheirs) },
  volumes.filter(isTheirs),
]

function mounted(...found: Parameters<typeof unmounted>): [Container, readonly Named[]] {
  const [coredns, volumes] = unmounted(...found)
  const { volumeMounts = [] } = coredns
  return [{ ...coredns, volumeMounts: [...volumeMounts, mount] }, [...volumes, volume]]
}

const graceful = (coredns: Container, volumes: readonly Named[]): [Container, readonly Named[]] =>
  coredns.lifecycle?.preStop
    ? [coredns, volumes]
    : [{ ...coredns, lifecycle: { ...coredns.lifecycle, preStop } }, volumes]

function abrupt(coredns: Container, volumes: readonly Named[]): [Container, readonly Named[]] {
  const { lifecycle, ...others } = coredns
  if (!isDeepStrictEqual(lifecycle?.preStop, preStop)) return [coredns, volumes]
  const { preStop: _, ...more } = lifecycle ?? {}
  return [Object.keys(more).length > 0 ? { ...others, lifecycle: more } : others, volumes]
}

function withStrategy(
  { metadata, spec, ...others }: Deployment,
  strategy: Strategy,
  found: string | undefined,
): Deployment {
  const annotations = edited(metadata.annotations, foundStrategy, found)
  return { ...others, metadata: { ...metadata, annotations }, spec: { ...spec, strategy } }
}

const isSurge = ({ type, rollingUpdate }: Strategy) =>
  type === surge.type &&
  rollingUpdate?.maxSurge === surge.rollingUpdate?.maxSurge &&
  rollingUpdate?.maxUnavailable === surge.rollingUpdate?.maxUnavailable

function edited(
  annotations: Readonly<Record<string, string>> | undefined,
  key: string,
  value: string | undefined,
): Record<string, string> {
  const { [key]: _, ...others } = annotations ?? {}
  return value === undefined ? others : { ...others, [key]: value }
}
