import { connectKubernetes, type KubernetesClient } from '../clients/kubernetes.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { credentialFiles } from './files.ts'
import type { CredentialsPlace } from './place.ts'
import { credentialSecrets } from './secrets.ts'

/**
 * Where the settings say that they lie; undefined if they name no place.
 * @param client of an instance at work; a command has one of its own
 */
export function credentialsOf(
  { etcd, kubeconfig }: Pick<Config, 'etcd' | 'kubeconfig'>,
  client?: KubernetesClient,
): CredentialsPlace | undefined {
  const { ca, cert, key, secret, caSecret } = etcd
  if (ca !== undefined) return credentialFiles({ ca, cert, key })
  if (secret === undefined) return undefined
  return credentialSecrets(
    { secret, caSecret },
    client ?? connectKubernetes(kubeconfig, systemClock),
  )
}
