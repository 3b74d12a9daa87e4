import { writeFileSync } from 'node:fs'

export interface Access {
  readonly server: string
  /** PEM */
  readonly ca: string
  readonly user: string
  readonly token: string
}

/**
 * For its owner's eyes only, since the token is in it. JSON, which is YAML too.
 * @returns the file
 */
export function writeKubeconfig(file: string, { server, ca, user, token }: Access): string {
  const name = 'k2s-dns-local'
  const authority = Buffer.from(ca).toString('base64')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user } }],
    'current-context': name,
  }
  writeFileSync(file, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 })
  return file
}
