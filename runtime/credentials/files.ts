import { readFile } from 'node:fs/promises'
import type { CredentialsPlace } from './place.ts'

/** PEM files: `etcd.ca`, `etcd.cert` and `etcd.key` of the settings. */
export interface CredentialFiles {
  readonly ca: string
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

/** A pair is shown if both of its files are named. */
export function credentialFiles({ ca, cert, key }: CredentialFiles): CredentialsPlace {
  const pair = cert !== undefined && key !== undefined ? { cert, key } : undefined
  const text = (file: string) => readFile(file, 'utf8')
  async function read() {
    const [trusted, ours] = await Promise.all([text(ca), pair && textsOf(pair)])
    return { ca: trusted, pair: ours }
  }
  async function textsOf(files: { cert: string; key: string }) {
    const [certificate, secret] = await Promise.all([text(files.cert), text(files.key)])
    return { cert: certificate, key: secret }
  }
  return {
    parts: {
      ca: { setting: 'etcd.ca', at: ca },
      ...(pair && {
        cert: { setting: 'etcd.cert', at: pair.cert },
        key: { setting: 'etcd.key', at: pair.key },
      }),
    },
    read,
    latest: read,
    follow: async () => undefined,
  }
}
