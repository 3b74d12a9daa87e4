import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunCommand } from '../../../../runtime/clients/command.ts'
import { createAdapters } from '../../../../runtime/effects/adapters/adapters.ts'
import { createJournal } from '../../../../runtime/effects/adapters/journal.ts'
import { createWindowsAdapters } from '../../../../runtime/effects/adapters/windows-adapters.ts'
import { createWindowsNrpt } from '../../../../runtime/effects/adapters/windows-nrpt.ts'
import { full, seed } from '../../../runner/full.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { type Disk, faultsAt, fileOn } from './faults.ts'
import { simulatedWindows } from './simulated-windows.ts'

/** What may happen to a Windows. Others never set exactly what we set: nobody could tell who did it. */
type Happening =
  | { readonly is: 'start'; readonly mode: 'split' | 'all' }
  | { readonly is: 'stop' }
  /** PowerShell is started no more after so many times, or its answer is not heard; then the process is gone. */
  | { readonly is: 'killed start'; readonly mode: 'split' | 'all'; readonly after: number }
  | { readonly is: 'killed stop'; readonly after: number }
  | { readonly is: 'plug'; readonly at: number; readonly present: boolean }
  | { readonly is: 'set'; readonly at: number; readonly ipv4: string }
  | { readonly is: 'vpn'; readonly up: boolean }

const mode = fc.constantFrom('split', 'all')
const at = fc.nat(2)
const after = fc.nat(24)
const sequence = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ is: fc.constant('start'), mode }) },
    { weight: 2, arbitrary: fc.record({ is: fc.constant('stop') }) },
    { weight: 2, arbitrary: fc.record({ is: fc.constant('killed start'), mode, after }) },
    { weight: 2, arbitrary: fc.record({ is: fc.constant('killed stop'), after }) },
    { weight: 2, arbitrary: fc.record({ is: fc.constant('plug'), at, present: fc.boolean() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        is: fc.constant('set'),
        at,
        ipv4: fc.constantFrom('', '9.9.9.9', '9.9.9.9 1.1.1.1'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('vpn'), up: fc.boolean() }) },
  ) as fc.Arbitrary<Happening>, // fast-check widens the constants
  { minLength: 1, maxLength: 25 },
)

const vpn = { name: '{vpn}', comment: 'VPN', namespaces: ['.corp.example'], servers: ['10.9.9.9'] }
const { signal } = new AbortController()

function startWindows() {
  const { windows, run } = simulatedWindows({
    adapters: [{ ipv4: '10.0.0.53,10.0.0.54' }, { ipv6: 'fd00::1' }, { ipv6: undefined }],
  })
  const theirs = windows.adapters.map(({ ipv4, ipv6 }) => ({ ipv4, ipv6 }))
  const disk: Disk = { bytes: undefined }

  const process = (mode: 'split' | 'all', runHere: RunCommand = run) =>
    createAdapters({
      wish: { mode, zones, server },
      drivers: {
        split: [createWindowsNrpt({ run: runHere })],
        all: [createWindowsAdapters({ run: runHere })],
      },
      journal: createJournal(fileOn(disk, faultsAt()), { slotBytes: 8_192 }),
      clock: handClock(),
      log: quietLog(),
    })
  const killedAfter = (times: number): RunCommand => {
    let left = times
    return async (...command) => {
      if (left-- <= 0) throw new Error('killed')
      const result = await run(...command)
      if (left <= 0) throw new Error('killed')
      return result
    }
  }
  const server = { address: '172.19.1.1', port: 53 }
  const zones = ['cluster.local', 'registry.local']
  const ignore = () => undefined

  return {
    async happens(what: Happening): Promise<void> {
      switch (what.is) {
        case 'start':
          await process(what.mode).set(zones, signal)
          break
        case 'stop':
          await process('split').takeBack()
          break
        case 'killed start':
          await process(what.mode, killedAfter(what.after)).set(zones, signal).catch(ignore)
          break
        case 'killed stop':
          await process('split', killedAfter(what.after)).takeBack().catch(ignore)
          break
        case 'plug': {
          const adapter = windows.adapters[what.at]
          if (adapter) adapter.present = what.present
          break
        }
        case 'set': {
          const [adapter, wanted] = [windows.adapters[what.at], theirs[what.at]]
          if (!adapter?.present || !wanted) break
          adapter.ipv4 = what.ipv4
          wanted.ipv4 = what.ipv4
          break
        }
        case 'vpn':
          windows.rules = windows.rules.filter(({ name }) => name !== vpn.name)
          if (what.up) windows.rules.push(vpn)
      }
    },
    takeBack: () => process('split').takeBack(),
    theirs,
    windows,
  }
}

const test = suite('whatever happens to a Windows')

test('after a restore the registry is as others want it, and no rule of ours is left', () =>
  fc.assert(
    fc.asyncProperty(sequence, async (happenings) => {
      const { happens, takeBack, theirs, windows } = startWindows()
      for (const each of happenings) await happens(each)
      const isVpnUp = windows.rules.includes(vpn)
      assert.equal((await takeBack()).left, [])
      const registry = windows.adapters.map(({ ipv4, ipv6 }) => ({ ipv4, ipv6 }))
      assert.equal(registry, theirs)
      assert.equal(windows.rules, isVpnUp ? [vpn] : [])
    }),
    { seed, numRuns: full ? 10_000 : 300 },
  ))

test.run()
