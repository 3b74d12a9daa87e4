import type { Verdict } from '../../functions/certificates/judge.ts'
import type { Clock } from '../clock.ts'
import { type CredentialsPlace, judged } from '../credentials/place.ts'
import { certRotated, plainEvent } from '../events.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { settled } from './settled.ts'
import type { Emit, Source } from './source.ts'

export interface CertificatesOptions {
  readonly places: readonly WatchedPlace[]
  /** Told when what follows from other certificates could not be done. */
  readonly onFailure: (error: unknown) => void
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'certificatesValid'>
  /** Default 1,000. */
  readonly pollMs?: number
}

export interface WatchedPlace {
  readonly place: CredentialsPlace
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
  const { places, onFailure, clock, log, metrics, pollMs = 1_000 } = options
  const wrongPlaces = new Set<WatchedPlace>()

  async function watch(watched: WatchedPlace, emit: Emit, signal: AbortSignal): Promise<void> {
    const { place, show } = watched
    const look = () => judged(() => place.latest(), clock)
    let { fingerprint: inUse } = watched.inUse
    for await (const verdict of settled(look, pollMs, clock, signal)) {
      const { fingerprint, wrong } = verdict
      show(verdict)
      if (wrong === undefined) wrongPlaces.delete(watched)
      else wrongPlaces.add(watched)
      metrics.certificatesValid.set(wrongPlaces.size === 0 ? 1 : 0)
      if (wrong !== undefined) {
        log.error(place.parts, `the certificates in use are kept: ${wrong}`)
      } else if (fingerprint !== inUse) {
        inUse = fingerprint
        log.info(place.parts, 'the certificates are others now')
        emit(plainEvent(certRotated, '/k2s-dns/certificates')).catch(onFailure)
      }
    }
  }

  return {
    name: 'certificates',
    async start(emit, signal) {
      const each = places.flatMap((watched) => [
        watched.place.follow({ clock, log, signal }),
        watch(watched, emit, signal),
      ])
      await Promise.all(each)
    },
  }
}
