import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../clock.ts'
import { GiveUp } from '../../errors.ts'
import { namesFilesIn, readConfiguration, writeConfiguration } from './config-maps.ts'
import { canSleep, dressed, givenBack, mountPath, prepared } from './deployment.ts'
import { dressOf, isToBeRolled } from './differences.ts'
import { mergePatch } from './merge-patch.ts'
import type { Deployment, Objects } from './objects.ts'
import { rolledOut } from './rollout.ts'
import {
  caSecretName,
  dataOf,
  givesCaAway,
  isOurs,
  secretName,
  secretObject,
  withoutKey,
} from './secret.ts'
import { type Found, type Goal, type Wanted, wantedOf } from './wanted.ts'

export interface Installation {
  readonly objects: Objects
  readonly names: { readonly configMap: string; readonly deployment: string }
  readonly clock: Clock
}

/**
 * @returns undefined where no ConfigMap configures CoreDNS
 * @throws GiveUp if one does, and its Deployment is called otherwise or is none
 */
export async function look(
  { objects, names }: Installation,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const [configuration, deployment, secret, caSecret, minor] = await Promise.all([
    readConfiguration(objects, names.configMap, signal),
    objects.read('deployments', names.deployment, signal),
    objects.read('secrets', secretName, signal),
    objects.read('secrets', caSecretName, signal),
    objects.minorVersion(signal),
  ])
  if (!configuration) return undefined
  if (deployment) return { configuration, deployment, secret, caSecret, canSleep: canSleep(minor) }
  throw new GiveUp(
    `there is no Deployment ${names.deployment} in ${objects.namespace}: set coredns.deployment, or coredns.mode to off`,
  )
}

/**
 * Brings CoreDNS to a goal, in an order in which it serves between any two steps, also from pods that start just then:
 * what a Corefile names is there before it is written, and goes after it. Each step does nothing if it is done, so that
 * whatever was interrupted is taken up by the next call. It does not say whether CoreDNS answers.
 * @throws GiveUp for a goal that can't be had, before anything is done; RetryLater if somebody else was quicker
 */
export async function bring(
  goal: Goal,
  installation: Installation,
  signal: AbortSignal,
): Promise<void> {
  const { objects, names } = installation
  const found = await look(installation, signal)
  if (!found) return
  const wanted = wantedOf(found, goal)
  if (goal.wish) await takeCaKeyAway(found, installation, signal)
  await putSecret(found, wanted, installation, signal)
  if (isToBeRolled(found, wanted)) await replacePods(found, wanted, installation, signal)
  const deployment = await rolledOut(objects, names.deployment, { ...installation, signal })
  if (!wanted.isOurs) await change(deployment, givenBack(deployment), installation, signal)
  if (!wanted.secret && found.secret && isOurs(found.secret)) {
    await objects.remove('secrets', found.secret, signal)
  }
}

async function takeCaKeyAway({ caSecret }: Found, { objects }: Installation, signal: AbortSignal) {
  if (caSecret && givesCaAway(caSecret))
    await objects.patch('secrets', caSecret, withoutKey, signal)
}

async function putSecret(
  { secret: found }: Found,
  { secret: data }: Wanted,
  { objects }: Installation,
  signal: AbortSignal,
): Promise<void> {
  if (!data) return
  if (!found) await objects.create('secrets', secretObject(data), signal)
  else if (!isDeepStrictEqual(dataOf(found), data))
    await objects.patch('secrets', found, { data }, signal)
}

/** The volume, the Corefile, the pods: a pod that starts with the one has the other. */
async function replacePods(
  found: Found,
  wanted: Wanted,
  installation: Installation,
  signal: AbortSignal,
): Promise<void> {
  const { configuration, deployment } = found
  const { objects, names } = installation
  const isMounted = wanted.secret !== undefined
  let current = await change(deployment, prepared(deployment, { isMounted }), installation, signal)
  // pods that crash for want of what the Corefile names already are not waited for
  if (isMounted && !namesFilesIn(mountPath, configuration))
    current = await rolledOut(objects, names.deployment, { ...installation, signal })
  const writing = await writeConfiguration(objects, configuration, wanted.configuration, signal)
  await change(current, dressed(current, dressOf(found, wanted, writing)), installation, signal)
}

/** @returns it as the API server has it now */
async function change(
  before: Deployment,
  after: Deployment,
  { objects }: Installation,
  signal: AbortSignal,
): Promise<Deployment> {
  const changes = mergePatch(before, after)
  return changes ? objects.patch('deployments', before, changes, signal) : before
}
