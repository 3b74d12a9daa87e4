import type { Verdict } from '../../functions/certificates/judge.ts'
import type { Clock } from '../clock.ts'
import { type CredentialsProvider, judged } from '../credentials/provider.ts'
import { certRotated, plainEvent } from '../events.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { settled } from './settled.ts'
import type { Emit, Source } from './source.ts'

export interface CertificatesOptions {
  readonly providers: readonly WatchedProvider[]
  /** Told when what follows from other certificates could not be done. */
  readonly onFailure: (error: unknown) => void
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'certificatesValid'>
  /** Default 1,000. */
  readonly pollMs?: number
}

export interface WatchedProvider {
  readonly provider: CredentialsProvider
  /** Of what is in use: judged before it was used. */
  readonly inUse: Verdict
  /** Told what is there whenever that, or what it is worth, is another. */
  readonly show: (verdict: Verdict) => void
}

/**
 * Emits `io.k2s.cert.rotated` once other certificates that fit each other are there. They are polled, as in
 * policy-file.ts: kubeadm writes one file after the other, and the kubelet turns a symbolic link; of Secrets it is what
 * a watch told. It is the verdict that must be the same twice: a certificate that begins tomorrow is taken over
 * tomorrow. What is wrong is told, and changes nothing.
 */
export function certificatesSource(options: CertificatesOptions): Source {
  const { providers, onFailure, clock, log, metrics, pollMs = 1_000 } = options
  const wrongProviders = new Set<WatchedProvider>()

  async function watch(watched: WatchedProvider, emit: Emit, signal: AbortSignal): Promise<void> {
    const { provider, show } = watched
    const look = () => judged(() => provider.latest(), clock)
    let { fingerprint: inUse } = watched.inUse
    for await (const verdict of settled(look, pollMs, clock, signal)) {
      const { fingerprint, wrong } = verdict
      show(verdict)
      if (wrong === undefined) wrongProviders.delete(watched)
      else wrongProviders.add(watched)
      metrics.certificatesValid.set(wrongProviders.size === 0 ? 1 : 0)
      if (wrong !== undefined) {
        log.error(provider.parts, `the certificates in use are kept: ${wrong}`)
      } else if (fingerprint !== inUse) {
        inUse = fingerprint
        log.info(provider.parts, 'the certificates are others now')
        emit(plainEvent(certRotated, '/k2s-dns/certificates')).catch(onFailure)
      }
    }
  }

  return {
    name: 'certificates',
    async start(emit, signal) {
      const each = providers.flatMap((watched) => [
        watched.provider.follow({ clock, log, signal }),
        watch(watched, emit, signal),
      ])
      await Promise.all(each)
    },
  }
}
