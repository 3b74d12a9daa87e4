import { hash, X509Certificate } from 'node:crypto'
import { judge } from '../../../functions/certificates/judge.ts'
import { pemBlocks } from '../../../functions/certificates/pem.ts'
import type { Clock } from '../../clock.ts'
import type { CredentialsProvider } from '../../credentials/provider.ts'
import { GiveUp } from '../../errors.ts'
import type { Secret } from './objects.ts'

/** The Secret with what CoreDNS shows etcd, and the volume that brings it into its pods. */
export const secretName = 'k2s-dns-etcd-client'
const ours = { 'app.kubernetes.io/managed-by': 'k2s-dns' }

/** Of a Secret, in base64. */
export type SecretData = Readonly<Record<'tls.crt' | 'tls.key' | 'ca.crt', string>>

/**
 * What is there for a client of etcd, and nothing else that may stand beside it.
 * @throws GiveUp if it does not fit, or would give away the key of a CA; RetryLater if a Secret can't be read
 */
export async function clientSecretOf(
  provider: CredentialsProvider | undefined,
  clock: Clock,
): Promise<SecretData> {
  const credentials = await provider?.read()
  if (!credentials?.pair) {
    throw new GiveUp(
      'etcd is asked by https, and CoreDNS needs a client certificate for it: set etcd.ca, etcd.cert and etcd.key, ' +
        'or those of coredns, or etcd.secret',
    )
  }
  const { ca, pair } = credentials
  const at = provider?.parts.cert?.at
  const { wrong } = judge(credentials, clock.date())
  if (wrong !== undefined) throw new GiveUp(`the certificate for CoreDNS, ${at}: ${wrong}`)
  const [own = ''] = blocksOf(pair.cert, /^CERTIFICATE$/)
  if (new X509Certificate(own).ca) {
    throw new GiveUp(
      `${at} is a CA, whose key no pod is to have: k2s-dns cert issue makes another one`,
    )
  }
  return {
    'tls.crt': base64(blocksOf(pair.cert, /^CERTIFICATE$/)),
    'tls.key': base64(blocksOf(pair.key, /PRIVATE KEY$/)),
    'ca.crt': base64(blocksOf(ca, /^CERTIFICATE$/)),
  }
}

export const secretObject = (data: SecretData) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: secretName, labels: ours },
  type: 'kubernetes.io/tls',
  data,
})

export const isOurs = ({ metadata }: Secret): boolean =>
  Object.entries(ours).every(([key, value]) => metadata.labels?.[key] === value)

/** What a Secret of ours holds. */
export function dataOf({ data = {} }: Secret): SecretData {
  const { 'tls.crt': cert = '', 'tls.key': key = '', 'ca.crt': ca = '' } = data
  return { 'tls.crt': cert, 'tls.key': key, 'ca.crt': ca }
}

/** Tells contents apart, and nothing of them. */
export const sumOf = (data: SecretData): string =>
  hash('sha256', JSON.stringify([data['tls.crt'], data['tls.key'], data['ca.crt']])).slice(0, 8)

/** K2s's Secret with the CA of etcd, which its CoreDNS mounts for `tls.crt` (common-setup.module.psm1). */
export const caSecretName = 'etcd-ca'

/** Whether a Secret gives away the key of a CA: whoever has that one may read and write all of the cluster. */
export function givesCaAway({ data = {} }: Secret): boolean {
  const [cert] = blocksOf(text(data['tls.crt']), /^CERTIFICATE$/)
  const [key] = blocksOf(text(data['tls.key']), /PRIVATE KEY$/)
  try {
    return key !== undefined && cert !== undefined && new X509Certificate(cert).ca
  } catch {
    return false
  }
}

/** The type asks for the key `tls.key`, not for something in it (core/validation, ValidateSecret). */
export const withoutKey = { data: { 'tls.key': '' } }

const text = (data = '') => Buffer.from(data, 'base64').toString()
const base64 = (blocks: readonly string[]) =>
  Buffer.from(`${blocks.join('\n')}\n`).toString('base64')

function blocksOf(pem: string, label: RegExp): readonly string[] {
  const blocks = pemBlocks(pem)
  return 'wrong' in blocks
    ? []
    : blocks.filter((each) => label.test(each.label)).map((each) => each.text)
}
