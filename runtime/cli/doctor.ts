import type { Wish } from '../effects/adapters/driver.ts'
import type { DriverSeen, Examination } from '../examine-host.ts'
import { createLog } from '../log.ts'
import { columns } from './columns.ts'
import type { Command } from './command.ts'
import { modeFlag, withMode } from './host-part.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'Say how this host is told of the names, and what is missing; exit code 1 if it is',
  example: 'k2s-dns doctor --host.server 172.19.1.100',
  flags: { mode: modeFlag },
  async run(call) {
    const host = await call.composeHost(withMode(call), createLog('warn', 2), call.signal)
    const examination = await host.examine()
    call.say(doctorText(examination), examination)
    return isWell(examination) ? 0 : 1
  },
}

const isWell = ({ wish, drivers, journal, serverFaults, names }: Examination): boolean =>
  journal.fault === undefined &&
  serverFaults.length === 0 &&
  (wish === undefined || drivers.some(({ decides }) => decides)) &&
  (journal.wantedSince === null || names.every(({ isRight }) => isRight))

function doctorText({ wish, drivers, journal, serverFaults, names }: Examination): string {
  const wished = wish
    ? [[wish.mode === 'all' ? 'every name' : wish.zones.join(', '), serverText(wish.server)]]
    : [['let be: set host.server, and host.mode to split or all']]
  const noted = [
    [
      journal.path,
      journal.wantedSince === null ? 'not wanted' : `wanted since ${journal.wantedSince}`,
    ],
    ...(journal.fault === undefined ? [] : [[journal.fault]]),
    ...journal.entries.map(({ driver, label, found, ours }) => [
      `${driver} ${label}`,
      `found ${JSON.stringify(found)}, ours ${JSON.stringify(ours)}`,
    ]),
  ]
  const seen = names.map(({ name, addresses, isRight }) => [
    `${isRight ? '✓' : '✗'} ${name}`,
    addresses.join(', ') || 'this host gets no address',
  ])
  return [
    ...section('host', wished),
    ...section('drivers', drivers.map(driverRow), 'none'),
    ...section('journal', noted),
    ...(wish
      ? section(
          'server',
          serverFaults.map((fault) => [fault]),
          'answers for our zones',
        )
      : []),
    ...(wish
      ? section('names', seen, 'no name is known to have addresses: see host.prove.names')
      : []),
  ].join('\n')
}

const driverRow = ({ name, applies, decides, because }: DriverSeen) => [
  decides ? 'decides' : applies ? 'could' : 'no',
  name,
  because,
]

const serverText = ({ address, port }: Wish['server']) => `${address} port ${port}`

const section = (title: string, rows: readonly (readonly string[])[], none = ''): string[] =>
  columns(rows.length > 0 ? rows : [[none]]).map(
    (line, index) => `${(index === 0 ? title : '').padEnd(7)}  ${line}`,
  )
