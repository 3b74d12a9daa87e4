import type { CredentialsProvider } from '../../credentials/provider.ts'
import type { CoreDnsAdvice } from '../../function.ts'
import { patchesOf } from './config-maps.ts'
import { dressed, hasVolume, prepared } from './deployment.ts'
import { mergePatch } from './merge-patch.ts'
import { secretName } from './secret.ts'
import type { Found, Wanted } from './wanted.ts'

/** What whoever does it by hand has to do, in this order. The key of a certificate is named and not shown. */
export function adviceOf(
  { configuration, deployment, secret }: Found,
  wanted: Wanted,
  {
    namespace,
    parts,
  }: { readonly namespace: string; readonly parts: CredentialsProvider['parts'] },
): readonly CoreDnsAdvice[] {
  const { name, resourceVersion } = deployment.metadata
  const isMounted = wanted.secret !== undefined
  const dress = { isMounted, isGraceful: false, configuredWith: undefined }
  const kubectl = `kubectl -n ${namespace}`
  const maps = patchesOf(configuration, wanted.configuration)
  const isChanged = wanted.isOurs && (maps.length > 0 || (isMounted && !hasVolume(deployment)))
  const changes = isChanged && mergePatch(deployment, dressed(prepared(deployment, dress), dress))
  const patched = (object: string, patch: object) => ({
    object,
    patch,
    command: `${kubectl} patch ${object} --type merge --patch-file /dev/stdin`,
  })
  return [
    ...(isMounted && !secret
      ? [
          {
            object: `secret/${secretName}`,
            command: commandFor(parts, kubectl),
          },
        ]
      : []),
    ...(changes
      ? [patched(`deployment/${name}`, { metadata: { resourceVersion }, ...changes })]
      : []),
    ...maps.map(({ configMap, patch }) => patched(`configmap/${configMap}`, patch)),
    ...(maps.length > 0
      ? [{ object: `deployment/${name}`, command: `${kubectl} rollout restart deployment ${name}` }]
      : []),
  ]
}

function commandFor({ ca, cert, key }: CredentialsProvider['parts'], kubectl: string): string {
  if (cert?.setting === 'etcd.secret') return `# a copy of ${cert.at}, with ca.crt of ${ca?.at}`
  return (
    `${kubectl} create secret generic ${secretName} --type kubernetes.io/tls ` +
    `--from-file tls.crt=${cert?.at} --from-file tls.key=${key?.at} --from-file ca.crt=${ca?.at}`
  )
}
