import { isDeepStrictEqual } from 'node:util'
import { hasOurs, patchesOf, writingOf } from './config-maps.ts'
import { type Dress, givenBack, isSame } from './deployment.ts'
import { caSecretName, dataOf, givesCaAway, isOurs, secretName, sumOf } from './secret.ts'
import type { Found, Goal, Wanted } from './wanted.ts'

/** One object that is not as it is to be; for people. */
export interface Difference {
  readonly object: string
  readonly what: string
}

/** How a Deployment is to be, after a writing of its ConfigMap. */
export const dressOf = (
  { canSleep }: Found,
  { secret, isOurs: isRolled }: Wanted,
  writing: string | undefined,
): Dress => ({
  isMounted: secret !== undefined,
  isGraceful: isRolled && canSleep,
  configuredWith: isRolled
    ? [writing, secret && sumOf(secret)].filter((each) => each !== undefined).join('-')
    : undefined,
})

/** Whether pods have to be replaced. */
export function isToBeRolled(found: Found, wanted: Wanted): boolean {
  const { configuration, deployment } = found
  return (
    patchesOf(configuration, wanted.configuration).length > 0 ||
    (wanted.isOurs && writingOf(configuration) === undefined) ||
    !isSame(deployment, dressOf(found, wanted, writingOf(configuration)))
  )
}

export function differencesOf(found: Found, goal: Goal, wanted: Wanted): readonly Difference[] {
  const { configuration, deployment, secret, caSecret } = found
  const differences: Difference[] = []
  const add = (object: string, what: string) => differences.push({ object, what })
  if (goal.wish && caSecret && givesCaAway(caSecret)) {
    add(`Secret ${caSecretName}`, 'the private key of the CA is taken out of `tls.key`')
  }
  if (wanted.secret && !isDeepStrictEqual(secret && dataOf(secret), wanted.secret)) {
    add(`Secret ${secretName}`, 'the client certificate for etcd is put into it')
  }
  for (const { configMap, data } of patchesOf(configuration, wanted.configuration)) {
    const lines = hasOurs(wanted.configuration) ? 'lines of ours are written' : 'lines of ours go'
    add(`ConfigMap ${configMap}`, `${Object.keys(data).join(', ')}: ${lines}`)
  }
  if (isToBeRolled(found, wanted)) {
    const volume = wanted.secret ? ` with ${secretName} mounted` : ''
    add(`Deployment ${deployment.metadata.name}`, `its pods are replaced one by one${volume}`)
  } else if (!wanted.isOurs && givenBack(deployment) !== deployment) {
    add(`Deployment ${deployment.metadata.name}`, 'its strategy is put back')
  }
  if (!wanted.secret && secret && isOurs(secret)) add(`Secret ${secretName}`, 'it is removed')
  return differences
}
