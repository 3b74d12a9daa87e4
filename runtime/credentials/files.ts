import { readFile } from 'node:fs/promises'
import type { CredentialsProvider } from './provider.ts'

/** PEM files. */
export interface CredentialFiles {
  readonly ca: string
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

/** Which settings name the files; default: those of `etcd`. */
type Settings = Readonly<Record<keyof CredentialFiles, string>>
const ofEtcd: Settings = { ca: 'etcd.ca', cert: 'etcd.cert', key: 'etcd.key' }

/** A pair is shown if both of its files are named. */
export function credentialFiles(
  { ca, cert, key }: CredentialFiles,
  settings: Settings = ofEtcd,
): CredentialsProvider {
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
      ca: { setting: settings.ca, at: ca },
      ...(pair && {
        cert: { setting: settings.cert, at: pair.cert },
        key: { setting: settings.key, at: pair.key },
      }),
    },
    read,
    latest: read,
    follow: async () => undefined,
  }
}
