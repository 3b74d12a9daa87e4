import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** A certificate and its key: PEM texts, and the files that hold them. */
export interface Issued {
  readonly cert: string
  readonly key: string
  readonly certFile: string
  readonly keyFile: string
}

export interface Wanted {
  /** Default: `ec`, on P-256. */
  readonly algorithm?: 'ec' | 'rsa' | 'ed25519'
  /** Default: itself. */
  readonly by?: Issued
  /** Default false. */
  readonly isCa?: boolean
  /** Of a server; default: 127.0.0.1. */
  readonly addresses?: readonly string[]
  /** Default 365. */
  readonly days?: number
  /** Whether it says by which key it is, and by which it was made; default true. */
  readonly identified?: boolean
  /** Extended key usage; default: for clients and servers. */
  readonly usage?: string
}

const newKey = {
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
  rsa: ['-newkey', 'rsa:2048'],
  ed25519: ['-newkey', 'ed25519'],
}

/** Certificates by openssl, as others make them. @returns what makes one with a common name */
export function pki(folder: string): (commonName: string, wanted?: Wanted) => Issued {
  const config = path.join(folder, 'openssl.cnf')
  writeFileSync(config, '[req]\ndistinguished_name = dn\n[dn]\n')
  let made = 0
  return (commonName, wanted = {}) => {
    const { algorithm = 'ec', by, isCa = false, days = 365 } = wanted
    const { identified = true, usage = 'clientAuth,serverAuth' } = wanted
    const { addresses = ['127.0.0.1'] } = wanted
    const [certFile, keyFile] = ['crt', 'key'].map((end) => path.join(folder, `${made}.${end}`))
    made++
    if (!certFile || !keyFile) throw new Error('there are two')
    const extensions = isCa
      ? ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']
      : [
          `subjectAltName=${addresses.map((each) => `IP:${each}`).join(',')}`,
          ...(usage ? [`extendedKeyUsage=${usage}`] : []),
        ]
    if (!identified) {
      extensions.push('subjectKeyIdentifier=none', 'authorityKeyIdentifier=none')
    }
    openssl(
      ...['req', '-x509', '-config', config, '-nodes', ...newKey[algorithm]],
      ...(by ? ['-CA', by.certFile, '-CAkey', by.keyFile] : []),
      ...['-subj', `/CN=${commonName}`, '-days', String(days)],
      ...extensions.flatMap((each) => ['-addext', each]),
      ...['-out', certFile, '-keyout', keyFile],
    )
    const [cert, key] = [readFileSync(certFile, 'utf8'), readFileSync(keyFile, 'utf8')]
    return { cert, key, certFile, keyFile }
  }
}

/** @returns what it prints */
export const openssl = (...args: string[]): Buffer =>
  execFileSync('openssl', args, { stdio: 'pipe' })
