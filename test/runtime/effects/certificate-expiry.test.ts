import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Certificate } from '../../../functions/certificates/judge.ts'
import { createCertificateExpiry } from '../../../runtime/effects/certificate-expiry.ts'
import { createMetrics } from '../../../runtime/metrics.ts'
import { settled } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'

const parts = {
  ca: { setting: 'etcd.ca', at: '/pki/ca.crt' },
  cert: { setting: 'etcd.cert', at: '/pki/tls.crt' },
}
const until = new Date('2027-01-31T00:00:00Z')

function aCertificate(part: Certificate['part'], daysLeft?: number): Certificate {
  const names = { subject: `CN=${part}`, issuer: 'CN=ca', serial: 'AB12' }
  return { part, ...names, from: new Date(0), until, daysLeft }
}

function start(announce: (note: string, name: string) => Promise<void>) {
  const [log, metrics] = [quietLog(), createMetrics()]
  const show = createCertificateExpiry({ parts, announce, log, metrics })
  return {
    log,
    metrics,
    show: (...certificates: Certificate[]) =>
      show({ fingerprint: '', certificates, wrong: undefined }),
  }
}

const test = suite('the end of a certificate')

test('is a metric of each file, and no more while it is far away', async () => {
  const { show, log, metrics } = start(async () => assert.unreachable())
  show(aCertificate('ca'), aCertificate('cert'))
  const { values } = await metrics.certificateExpiry.get()
  assert.equal(
    values.map(({ labels, value }) => [labels.file, value]),
    Object.values(parts).map(({ at }) => [at, until.getTime() / 1_000]),
  )
  assert.equal(log.lines, [])
})

test('is told when it is near, and when it was, by an Event whose name is of the day', () => {
  const told: string[][] = []
  const { show, log } = start(async (...given) => void told.push(given))
  show(aCertificate('ca'), aCertificate('cert', 29))
  show(aCertificate('ca'), aCertificate('cert', -3))
  const about = 'the certificate of CN=cert in /pki/tls.crt (etcd.cert)'
  const notes = [
    `${about} ends in 29 days, at 2027-01-31T00:00:00.000Z: renew it`,
    `${about} ended at 2027-01-31T00:00:00.000Z: renew it`,
  ]
  assert.equal(told, [
    [notes[0], 'k2s-dns-ab12.29'],
    [notes[1], 'k2s-dns-ab12.ended-3'],
  ])
  assert.equal(
    log.lines.map(([line]) => line),
    notes.map((note) => `warn ${note}`),
  )
})

test('whose Event the API server does not take is counted', async () => {
  const { show, log, metrics } = start(() => Promise.reject(new Error('no')))
  show(aCertificate('cert', 1))
  await settled()
  assert.match(log.lines.at(-1)?.[0] ?? '', /could not put an Event/)
  assert.is((await metrics.eventsDropped.get()).values[0]?.value, 1)
})

test.run()
