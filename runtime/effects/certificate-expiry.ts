import type { Certificate, Verdict } from '../../functions/certificates/judge.ts'
import type { CredentialsProvider, Where } from '../credentials/provider.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'

export interface CertificateExpiryOptions {
  readonly parts: CredentialsProvider['parts']
  /**
   * Puts a Kubernetes Event; resolves when the API server has it.
   * @param name the same for the same certificate on the same day, so that replicas and restarts add none
   */
  readonly announce: (note: string, name: string) => Promise<void>
  readonly log: Log
  readonly metrics: Pick<Metrics, 'certificateExpiry' | 'eventsDropped'>
}

/**
 * Shows when certificates end: as a metric, and from 30 days before once a day in the log and as an Event, since
 * their `daysLeft` are others each day.
 */
export function createCertificateExpiry(options: CertificateExpiryOptions) {
  const { parts, announce, log, metrics } = options

  function warn({ subject, serial, until, daysLeft = 0 }: Certificate, where: Where): void {
    const { setting, at } = where
    const isOver = daysLeft < 0
    const when = isOver ? 'ended' : `ends in ${daysLeft} days,`
    const day = isOver ? `ended${daysLeft}` : daysLeft // part of a name: no hyphen after the dot
    const note = `the certificate of ${subject} in ${at} (${setting}) ${when} at ${until.toISOString()}: renew it`
    log.warn({ file: at, daysLeft }, note)
    announce(note, `k2s-dns-${serial.toLowerCase()}.${day}`).catch((error: unknown) => {
      metrics.eventsDropped.inc({ cause: 'failed' })
      log.warn({ error: String(error) }, 'could not put an Event on a certificate that ends')
    })
  }

  return ({ certificates }: Verdict): void => {
    for (const certificate of certificates) {
      const where = parts[certificate.part] ?? { setting: '', at: '' }
      metrics.certificateExpiry.set({ file: where.at }, certificate.until.getTime() / 1_000)
      if (certificate.daysLeft !== undefined) warn(certificate, where)
    }
  }
}
