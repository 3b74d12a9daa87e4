import { readFile } from 'node:fs/promises'
import { judge, type Verdict } from '../../functions/certificates/judge.ts'
import type { Clock } from '../clock.ts'
import { messageOf } from '../errors.ts'
import { certRotated, plainEvent } from '../events.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { settled } from './settled.ts'
import type { Source } from './source.ts'

/** PEM files: `etcd.ca`, `etcd.cert` and `etcd.key` of the settings. */
export interface CertificateFiles {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

export interface CertificatesOptions {
  readonly files: CertificateFiles
  /** Of what our connection was made with: judged before it was made. */
  readonly inUse: Verdict
  /** Told what the files hold whenever that, or what it is worth, is another. */
  readonly show: (verdict: Verdict) => void
  /** Told when what follows from other certificates could not be done. */
  readonly onFailure: (error: unknown) => void
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'certificatesValid'>
  /** Default 1,000. */
  readonly pollMs?: number
}

/**
 * Emits `io.k2s.cert.rotated` once the files hold other certificates that fit each other. They are polled, as in
 * policy-file.ts: kubeadm writes one file after the other, and the kubelet turns a symbolic link. It is the verdict
 * that must be the same twice: a certificate that begins tomorrow is taken over tomorrow. What is wrong is told, and
 * changes nothing. Without files it ends at once.
 */
export function certificatesSource(options: CertificatesOptions): Source {
  const { show, onFailure, clock, log, metrics, pollMs = 1_000 } = options
  const { ca, cert, key } = options.files
  const files = { ca, cert, key } // and nothing else that may lie beside them goes into the log
  let { fingerprint: inUse } = options.inUse

  return {
    name: 'certificates',
    async start(emit, signal) {
      if (ca === undefined) return
      const look = () => judgedFiles(files, clock)
      for await (const verdict of settled(look, pollMs, clock, signal)) {
        const { fingerprint, wrong } = verdict
        show(verdict)
        metrics.certificatesValid.set(wrong === undefined ? 1 : 0)
        if (wrong !== undefined) {
          log.error(files, `the connection to etcd is left as it is: ${wrong}`)
        } else if (fingerprint !== inUse) {
          inUse = fingerprint
          log.info(files, 'the certificates are others now')
          emit(plainEvent(certRotated, '/k2s-dns/certificates')).catch(onFailure)
        }
      }
    },
  }
}

/** What the files are worth now; files that can't be read are wrong. */
export async function judgedFiles(files: CertificateFiles, clock: Clock): Promise<Verdict> {
  const { ca, cert, key } = files
  const read = async (file: string | undefined) => (file ? await readFile(file, 'utf8') : '')
  try {
    const pair = cert === undefined ? undefined : { cert: await read(cert), key: await read(key) }
    return judge({ ca: await read(ca), pair }, clock.date())
  } catch (error) {
    return { fingerprint: '', certificates: [], wrong: messageOf(error) }
  }
}
