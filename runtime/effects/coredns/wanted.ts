import { ensure } from '../../../functions/corefile/ensure.ts'
import { undo } from '../../../functions/corefile/undo.ts'
import type { Configuration, Wish } from '../../../functions/corefile/wish.ts'
import { GiveUp } from '../../errors.ts'
import {
  customName,
  type Found as FoundConfiguration,
  hasOurs,
  namesFilesIn,
  patchesOf,
} from './config-maps.ts'
import { checkRollable, mountPath, versionOf } from './deployment.ts'
import type { Deployment, Secret } from './objects.ts'
import { isOurs, type SecretData, secretName } from './secret.ts'

/** CoreDNS in a cluster, as its objects have it now. */
export interface Found {
  readonly configuration: FoundConfiguration
  readonly deployment: Deployment
  /** The one of our name. */
  readonly secret: Secret | undefined
  /** Whether its pods may be told to end only after a while. */
  readonly canSleep: boolean
  /** K2s's with the CA of etcd. */
  readonly caSecret: Secret | undefined
}

/** What CoreDNS is to be brought to. */
export interface Goal {
  /** Undefined: nothing of ours is to be left. */
  readonly wish: Wish | undefined
  /** For a wish with certificates. */
  readonly secret: SecretData | undefined
}

export interface Wanted {
  readonly configuration: Configuration
  /** Something in it was written by us, so that pods are rolled for it. */
  readonly isOurs: boolean
  /** Something in it names the files of our Secret; what it is to hold. */
  readonly secret: SecretData | undefined
  readonly notes: readonly string[]
}

/** File names as CoreDNS sees them. */
export const tlsFiles = {
  cert: `${mountPath}/tls.crt`,
  key: `${mountPath}/tls.key`,
  ca: `${mountPath}/ca.crt`,
}

/** @throws GiveUp with the reason why it can't be had */
export function wantedOf({ configuration, deployment, secret }: Found, goal: Goal): Wanted {
  const { configuration: after, notes } = edited(configuration, deployment, goal)
  const isEdited = hasOurs(after)
  const isMounted = namesFilesIn(mountPath, after)
  if (isEdited) checkEndpoints(deployment, goal)
  if (isEdited || patchesOf(configuration, after).length > 0) checkRollable(deployment)
  if (after.custom?.['k2s-dns.server'] !== undefined && !configuration.maps[customName]) {
    throw new GiveUp(`there is no ConfigMap ${customName} to write into: create an empty one`)
  }
  if (isMounted && secret && !isOurs(secret)) {
    throw new GiveUp(`there is a Secret ${secretName} that is not ours: rename it`)
  }
  if (isMounted && !goal.secret) throw new GiveUp(`there is nothing to put into ${secretName}`)
  return {
    configuration: after,
    isOurs: isEdited,
    secret: isMounted ? goal.secret : undefined,
    notes,
  }
}

function edited(before: Configuration, deployment: Deployment, { wish }: Goal) {
  const coreDnsVersion = versionOf(deployment)
  const outcome = wish
    ? ensure(before, { ...wish, ...(coreDnsVersion !== undefined && { coreDnsVersion }) })
    : { notes: [], ...undo(before) }
  if (outcome.kind === 'refused') {
    throw new GiveUp(`the Corefile is left alone: ${outcome.reason}`)
  }
  if (outcome.kind === 'served') return { configuration: before, notes: outcome.notes }
  return outcome
}

/** A pod's loopback is its own, where no etcd listens. */
function checkEndpoints({ spec }: Deployment, { wish }: Goal): void {
  if (spec.template.spec.hostNetwork) return
  const loopback = wish?.etcd.endpoints.find((url) =>
    /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname),
  )
  if (loopback === undefined) return
  throw new GiveUp(
    `CoreDNS’s pods don’t reach etcd at ${loopback}: set coredns.endpoints to an address that they reach, ` +
      'and let etcd listen there',
  )
}
