import { readFileSync } from 'node:fs'
import type { KubernetesClient } from '../clients/kubernetes.ts'
import type { Config } from '../config.ts'
import { createLeadership } from './leadership.ts'
import { leaseOf } from './lease.ts'
import { alone, type Leadership, type RoleOptions } from './role.ts'

export type { Leadership } from './role.ts'

export interface LeadershipParts extends RoleOptions {
  readonly client: KubernetesClient
  readonly identity: string
}

/** Leadership as the settings have it: by a Lease that the replicas of the instance share, or alone. */
export function leadershipOf(
  { instance, leadership: settings }: Pick<Config, 'instance' | 'leadership'>,
  parts: LeadershipParts,
): Leadership {
  if (!settings.enabled) return alone(parts)
  const lease = leaseOf(parts.client, leaseNameOf({ instance, leadership: settings }))
  return createLeadership({ ...parts, lease, leaseSeconds: settings.leaseSeconds })
}

/** Which Lease it is, whether or not there is one yet. */
export const leaseNameOf = ({
  instance,
  leadership: { namespace, name },
}: Pick<Config, 'instance' | 'leadership'>) => ({
  namespace: namespace ?? ownNamespace(),
  name: name ?? `k2s-dns-${instance}`,
})

/** Mounted into every pod; elsewhere the namespace that deploy/kubernetes/rbac.yaml makes. */
function ownNamespace(): string {
  try {
    return readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/namespace', 'utf8').trim()
  } catch {
    return 'k2s-dns'
  }
}
