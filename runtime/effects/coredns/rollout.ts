import type { Clock } from '../../clock.ts'
import { RetryLater } from '../../errors.ts'
import type { Deployment, Objects } from './objects.ts'

const askAgainMs = 250

/**
 * Waits until all pods of a Deployment are of its newest template and can be used, and no others are left: what
 * `kubectl rollout status` waits for.
 * @throws RetryLater when the signal aborts before
 */
export async function rolledOut(
  objects: Objects,
  name: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Deployment> {
  for (;;) {
    const deployment = await objects.read('deployments', name, signal)
    if (!deployment) throw new RetryLater(`the Deployment ${name} is gone`)
    if (isRolledOut(deployment)) return deployment
    await clock.sleep(askAgainMs, signal).catch((cause: unknown) => {
      const why = [`the pods of ${name} were not replaced in time`, ...troubleOf(deployment)]
      throw new RetryLater(why.join(': '), { cause })
    })
  }
}

function isRolledOut({ metadata, spec, status = {} }: Deployment): boolean {
  const {
    observedGeneration = 0,
    replicas = 0,
    updatedReplicas = 0,
    availableReplicas = 0,
  } = status
  const wanted = spec.replicas ?? 1
  return (
    observedGeneration >= (metadata.generation ?? 0) &&
    updatedReplicas === wanted &&
    replicas === wanted &&
    availableReplicas === wanted
  )
}

/** Why it may not come to an end, in the words of its controller: `ProgressDeadlineExceeded`, a quota. */
const troubleOf = ({ status }: Deployment): readonly string[] =>
  (status?.conditions ?? [])
    .filter(({ type, status: is }) => (type === 'ReplicaFailure' ? is === 'True' : is === 'False'))
    .flatMap(({ message }) => message ?? [])
