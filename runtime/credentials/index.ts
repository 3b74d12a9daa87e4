import { connectKubernetes, type KubernetesClient } from '../clients/kubernetes.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { credentialFiles } from './files.ts'
import type { CredentialsProvider } from './provider.ts'
import { credentialSecrets } from './secrets.ts'

/**
 * Where the settings say that they lie; undefined if they name none.
 * @param client of an instance at work; a command has one of its own
 */
export function credentialsOf(
  { etcd, kubeconfig }: Pick<Config, 'etcd' | 'kubeconfig'>,
  client?: KubernetesClient,
): CredentialsProvider | undefined {
  const { ca, cert, key, secret, caSecret } = etcd
  if (ca !== undefined) return credentialFiles({ ca, cert, key })
  if (secret === undefined) return undefined
  return credentialSecrets(
    { secret, caSecret },
    client ?? connectKubernetes(kubeconfig, systemClock),
  )
}

/** Those that CoreDNS is to have: of `coredns.*` as far as they are set, else ours; undefined if a part is named nowhere. */
export function corednsCredentialsOf(
  { etcd, coredns }: Pick<Config, 'etcd' | 'coredns'>,
  ours: CredentialsProvider | undefined,
): CredentialsProvider | undefined {
  if (coredns.ca === undefined && coredns.cert === undefined) return ours
  const ca = coredns.ca ?? etcd.ca
  if (ca === undefined) return undefined
  const group = (isOwn: boolean) => (isOwn ? 'coredns' : 'etcd')
  const { cert, key } = coredns.cert === undefined ? etcd : coredns
  const ofPair = group(coredns.cert !== undefined)
  return credentialFiles(
    { ca, cert, key },
    { ca: `${group(coredns.ca !== undefined)}.ca`, cert: `${ofPair}.cert`, key: `${ofPair}.key` },
  )
}
