import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunCommand } from '../../../../runtime/clients/command.ts'
import { systemClock } from '../../../../runtime/clock.ts'
import { createNetworkManager } from '../../../../runtime/effects/adapters/network-manager.ts'
import { createResolved } from '../../../../runtime/effects/adapters/resolved.ts'

const test = suite('NetworkManager beside systemd-resolved')
const { signal } = new AbortController()
const files = { nsswitch: '/none', resolvConf: '/none', dnsmasqFolder: '/none' }

/** A host's bus, as busctl 252 prints it. */
const hostWith =
  (version: string): RunCommand =>
  (_program, args) => {
    const [last = ''] = args.slice(-1)
    const said: Readonly<Record<string, string>> = {
      'org.freedesktop.resolve1': '{"type":"b","data":[true]}',
      'org.freedesktop.NetworkManager': '{"type":"b","data":[true]}',
      Version: JSON.stringify({ type: 's', data: version }),
      Mode: '{"type":"s","data":"systemd-resolved"}',
    }
    const stdout = said[last]
    return Promise.resolve({ code: stdout ? 0 : 1, stdout: stdout ?? '', stderr: 'Call failed' })
  }

const nothing = async function* () {}

for (const [version, who] of [
  ['1.26.0', 'network-manager'],
  ['1.26.5', 'network-manager'],
  ['1.26.6', 'resolved'],
  ['1.25.90', 'resolved'],
  ['1.42.4', 'resolved'],
] as const) {
  test(`with ${version} ${who} decides`, async () => {
    const run = hostWith(version)
    const resolved = createResolved({ run, follow: nothing, clock: systemClock, files })
    const networkManager = createNetworkManager({ run, follow: nothing, files })
    const { because } = await resolved.detect(signal)
    assert.is(/overrules/.test(because), who === 'network-manager')
    assert.is((await networkManager.detect(signal)).applies, who === 'network-manager')
  })
}

test.run()
