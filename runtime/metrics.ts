import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Every metric of ours, named once. Times are in seconds, as Prometheus asks. */
export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registers = [new Registry()]
  const [registry] = registers as [Registry] // written one line above
  collectDefaultMetrics({ register: registry })
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `k2s_dns_${name}`, help, labelNames, registers })
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name: `k2s_dns_${name}`, help, labelNames, registers })
  return {
    registry,
    events: counter('events_total', 'Runs of functions by outcome: done, retried, given up.', [
      'function',
      'outcome',
    ]),
    handling: new Histogram({
      name: 'k2s_dns_handling_seconds',
      help: 'From the event reaching the dispatcher to its effect being committed, retries included.',
      labelNames: ['function'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
      registers,
    }),
    configValid: gauge(
      'config_valid',
      '1 while the configuration file is right, 0 once it is not.',
    ),
    certificatesValid: gauge(
      'certificates_valid',
      '1 while the files of etcd’s certificates fit each other, 0 while they are left alone.',
    ),
    certificateExpiry: gauge(
      'certificate_expiry_timestamp_seconds',
      'When the certificate in a file ends, in seconds since 1970.',
      ['file'],
    ),
    leader: gauge('leader', '1 while this replica leads, 0 while it stands by.'),
    queued: gauge('queue_keys', 'Objects whose newest event has not taken effect yet.'),
    refusals: gauge('refused_names', 'Names that are refused now.', ['reason']),
    transactions: counter('store_transactions_total', 'Transactions sent to etcd by outcome.', [
      'outcome',
    ]),
    foreign: gauge(
      'foreign_records',
      'Keys of others under the record prefix, by whether CoreDNS can read them.',
      ['kind'],
    ),
    mended: counter('mended_total', 'What had to be put right that no event had.', ['by']),
    disturbances: counter('disturbances_total', 'What others did at names of ours, by kind.', [
      'kind',
    ]),
    contested: gauge('contested_names', 'Names that somebody else changes again and again.'),
    withheld: gauge('withheld_owners', 'Owners missing from the cluster without proof.', ['kind']),
    relists: counter('relists_total', 'Full lists of a kind, by cause.', ['kind', 'cause']),
    watches: counter('watch_connections_total', 'Watch connections, by how they ended.', [
      'kind',
      'end',
    ]),
    synced: gauge('synced', '1 while a kind is listed and watched.', ['kind']),
    eventsDropped: counter('kubernetes_events_dropped_total', 'Kubernetes Events not sent.', [
      'cause',
    ]),
  }
}
