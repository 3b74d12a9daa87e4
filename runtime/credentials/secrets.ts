import type { Credentials } from '../../functions/certificates/judge.ts'
import type { KubernetesClient } from '../clients/kubernetes.ts'
import { RetryLater } from '../errors.ts'
import type { CredentialsProvider } from './provider.ts'
import { createSecret, type Secret, type SecretName, type Texts } from './secret.ts'

export interface CredentialSecrets {
  /** With a pair, as `kubernetes.io/tls` has it, and with `ca.crt` beside it, as cert-manager has it. */
  readonly secret: SecretName
  /** With the CA, as `ca.crt` or `tls.crt`, where it is not in the first one: K2s has it so. */
  readonly caSecret?: SecretName | undefined
}

/** The rights that it takes: deploy/kubernetes/optional/etcd-secret.yaml. */
export function credentialSecrets(
  { secret, caSecret }: CredentialSecrets,
  client: KubernetesClient,
): CredentialsProvider {
  const own = createSecret(secret, client)
  const ofCa = caSecret && createSecret(caSecret, client)

  async function credentials(look: (secret: Secret) => Promise<Texts>) {
    const [texts, caTexts] = await Promise.all([look(own), ofCa && look(ofCa)])
    return credentialsIn(texts, caTexts)
  }

  function credentialsIn(texts: Texts, caTexts: Texts | undefined): Credentials {
    const needed = (key: string) =>
      texts[key] ||
      lacks(own, `${key}: it must have tls.crt and tls.key, as kubernetes.io/tls has them`)
    const ca =
      caTexts && ofCa
        ? caTexts['ca.crt'] || caTexts['tls.crt'] || lacks(ofCa, 'ca.crt, and no tls.crt either')
        : texts['ca.crt'] || lacks(own, 'ca.crt: name the Secret that has the CA by etcd.caSecret')
    return { ca, pair: { cert: needed('tls.crt'), key: needed('tls.key') } }
  }

  const where = (setting: string, { title }: Secret) => ({ setting, at: title })
  return {
    parts: {
      ca: ofCa ? where('etcd.caSecret', ofCa) : where('etcd.secret', own),
      cert: where('etcd.secret', own),
      key: where('etcd.secret', own),
    },
    read: () => credentials((each) => each.read()),
    latest: () => credentials((each) => each.latest()),
    async follow(following) {
      await Promise.all([own.follow(following), ofCa?.follow(following)])
    },
  }
}

function lacks({ title }: Secret, what: string): never {
  throw new RetryLater(`${title} has no ${what}`)
}
