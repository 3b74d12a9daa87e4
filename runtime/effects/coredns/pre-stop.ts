import type { Container, Deployment } from './objects.ts'

/**
 * So long a pod that is to end goes on, and Services send nothing to it any more by then. CoreDNS's `lameduck` does not
 * do it for names of ours: at SIGTERM the etcd plugin closes its connection first (plugin/etcd, OnShutdown), then `health`
 * begins to wait (OnFinalShutdown), and whoever asks meanwhile hears nothing.
 */
const seconds = 5

/** Ours on the Deployment: its container had no such hook. */
const added = 'dns.k2s.io/added-pre-stop'

/** Since then `sleep` is read without a feature gate (KEP-3960). */
export const sleepsSinceMinor = 30

/** @param isDrained whether its pods are to go on: a hook that somebody else gave them stays, and is taken for one that does */
export function withPreStop(
  deployment: Deployment,
  coredns: Container,
  isDrained: boolean,
): Deployment {
  const { [added]: ours, ...others } = deployment.metadata.annotations ?? {}
  const { terminationGracePeriodSeconds = 30 } = deployment.spec.template.spec
  if (isDrained) {
    if (hasPreStop(coredns) || terminationGracePeriodSeconds <= seconds) return deployment
    const lifecycle = { ...coredns.lifecycle, preStop: { sleep: { seconds } } }
    return withContainer(deployment, coredns, { lifecycle }, { ...others, [added]: `${seconds}` })
  }
  if (ours === undefined) return deployment
  const { preStop: _, ...left } = coredns.lifecycle ?? {}
  const lifecycle = Object.keys(left).length > 0 ? left : undefined
  return withContainer(deployment, coredns, { lifecycle }, others)
}

const hasPreStop = ({ lifecycle }: Container): boolean => lifecycle?.preStop !== undefined

function withContainer(
  { metadata, spec, ...others }: Deployment,
  coredns: Container,
  { lifecycle }: { lifecycle: Container['lifecycle'] | undefined },
  annotations: Readonly<Record<string, string>>,
): Deployment {
  const { lifecycle: _, ...rest } = coredns
  const changed = { ...rest, ...(lifecycle && { lifecycle }) }
  const { template } = spec
  const containers = template.spec.containers.map((each) => (each === coredns ? changed : each))
  return {
    ...others,
    metadata: { ...metadata, annotations },
    spec: { ...spec, template: { ...template, spec: { ...template.spec, containers } } },
  }
}
