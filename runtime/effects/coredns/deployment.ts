import { GiveUp } from '../../errors.ts'
import type { Container, Deployment, Strategy } from './objects.ts'
import { withPreStop } from './pre-stop.ts'
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

/** What of ours a Deployment is to have. */
export interface Dress {
  readonly isMounted: boolean
  /** Its pods go on until Services have forgotten them, see {@link withPreStop}. */
  readonly isDrained: boolean
  /** Pods with another one are replaced; undefined: nothing that we wrote configures them. */
  readonly configuredWith: string | undefined
}

/**
 * Ready to be rolled without a gap, and with the volume before anything names a file of it. Nothing is taken away yet.
 * Pods with the network of their node can't stand beside each other there: their strategy is left.
 */
export function prepared(
  deployment: Deployment,
  { isMounted, isDrained }: Pick<Dress, 'isMounted' | 'isDrained'>,
): Deployment {
  const { strategy = {}, template } = deployment.spec
  const isKept = template.spec.hostNetwork === true || isSurge(strategy)
  const of = isKept ? deployment : withStrategy(deployment, surge, JSON.stringify(strategy))
  if (!isMounted) return withVolume(of, hasVolume(deployment)) // no pod is replaced for this
  return drained(withVolume(of, true), isDrained)
}

/** With exactly what of ours it is to have, but for the strategy. */
export function dressed(deployment: Deployment, dress: Dress): Deployment {
  const { template } = deployment.spec
  const annotations = edited(template.metadata?.annotations, configuredWith, dress.configuredWith)
  const metadata = { ...template.metadata, annotations }
  const of = { ...deployment, spec: { ...deployment.spec, template: { ...template, metadata } } }
  return drained(withVolume(of, dress.isMounted), dress.isDrained)
}

/** With the strategy that was found; for a Deployment that has nothing else of ours any more. */
export function givenBack(deployment: Deployment): Deployment {
  const found = deployment.metadata.annotations?.[foundStrategy]
  if (found === undefined) return deployment
  return withStrategy(deployment, JSON.parse(found) as Strategy, undefined) // written by `prepared`
}

export const isSame = (deployment: Deployment, dress: Dress): boolean =>
  hasVolume(deployment) === dress.isMounted &&
  (!dress.isDrained || drained(deployment, true) === deployment) &&
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

const drained = (deployment: Deployment, isDrained: boolean) =>
  withPreStop(deployment, corednsOf(deployment.spec.template.spec.containers), isDrained)

function corednsOf(containers: readonly Container[]): Container {
  const found =
    containers.find(({ name }) => name === 'coredns') ??
    containers.find(({ args }) => args?.includes('-conf'))
  if (found) return found
  throw new GiveUp('no container of the Deployment is CoreDNS: set coredns.deployment')
}

export const hasVolume = ({ spec }: Deployment) =>
  spec.template.spec.volumes?.some(({ name }) => name === secretName) === true

function withVolume(deployment: Deployment, isMounted: boolean): Deployment {
  const { template } = deployment.spec
  const { containers, volumes = [] } = template.spec
  const coredns = corednsOf(containers)
  const others = (each: { readonly name: string }) => each.name !== secretName
  const mounts = (coredns.volumeMounts ?? []).filter(others)
  const mounted = { ...coredns, volumeMounts: isMounted ? [...mounts, mount] : mounts }
  const spec = {
    ...template.spec,
    containers: containers.map((each) => (each === coredns ? mounted : each)),
    volumes: isMounted ? [...volumes.filter(others), volume] : volumes.filter(others),
  }
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, spec } } }
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
