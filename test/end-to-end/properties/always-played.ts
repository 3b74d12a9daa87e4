import type { Settings } from '../../../runtime/function.ts'
import { aPolicy } from '../../support/a-policy.ts'
import { askSettings } from '../../support/asked-alone.ts'
import type { Scenario, Step, Told } from './steps.ts'
import { wanted } from './wishes.ts'

const settings: Settings = {
  policy: aPolicy({ zones: ['cluster.local', 'example.net'] }),
  ...askSettings(),
}

const played = (...steps: Step[]): Scenario => ({ replicas: 2, settings, steps })
const start = (to: number): Step => ({ do: 'act', what: { act: 'restart', to } })
const again: Step = { do: 'act', what: { act: 'deliver', back: 0, to: 0 } }

interface Given {
  readonly targets?: 'one' | 'two'
  /** Which replica learns of it. */
  readonly to?: number
  readonly how?: Told['how']
}

function apply(id: string, hosts: readonly string[], given: Given = {}): Step {
  const { targets = 'one', to = 0, how = 'one' } = given
  const failure = { afterCalls: 0, seen: true, forGood: true }
  return { do: 'apply', id, anew: false, hosts, targets, told: { how, to, failure } }
}

/** What the property once found, made small, and what chance finds too seldom. */
export const alwaysPlayed: Readonly<Record<string, Scenario>> = {
  'somebody else’s value in the place of a placeholder stays': played(
    apply('red/web', ['z.y.x.example.net']),
    { do: 'foreign put', name: 'x.example.net', shape: 'noObject', place: 'our placeholder' },
    again,
  ),
  'a name whose targets change is not silenced by somebody who came after us': played(
    apply('red/web', ['d.cluster.local'], { targets: 'two' }),
    { do: 'foreign put', name: 'd.cluster.local', shape: 'externalDns', place: 'f1' },
    start(0),
    apply('red/web', ['d.cluster.local']),
  ),
  'a name that only another replica knows to be blocked is silent above others': played(
    start(1),
    { do: 'foreign put', name: 'a.cluster.local', shape: 'externalDns', place: 'f1' },
    apply('red/web', ['b.a.cluster.local']),
    apply('red/api', ['c.b.a.cluster.local'], { to: 1 }),
  ),
  'a placeholder does not outlive the names below it': played(
    start(0),
    start(1),
    apply('blue/web', ['s.sub.cluster.local'], { to: 1 }),
    apply('red/web', ['sub.cluster.local']),
    apply('blue/web', []),
  ),
  'a name whose record somebody takes is ours again, whoever is beside it': played(
    apply('red/web', ['d.cluster.local']),
    { do: 'foreign put', name: 'd.cluster.local', shape: 'externalDns', place: 'f1' },
    { do: 'damage', pick: 1, how: 'delete', toldTo: undefined },
    start(0),
    { do: 'foreign delete', pick: 0 },
  ),
  'a name whose claims somebody wipes out is ours again, whoever asks first and is beside it':
    played(
      apply('green/old', [], { how: 'nobody' }),
      apply('blue/old', ['d.cluster.local']),
      { do: 'foreign put', name: 'd.cluster.local', shape: 'externalDns', place: 'f1' },
      apply('green/old', ['d.cluster.local'], { targets: 'two' }),
      { do: 'damage', pick: 5, how: 'change', toldTo: undefined },
    ),
  'a wish of many hosts that was given up half-way is known of': played(
    apply('red/web', wanted),
    apply('red/web', [], { how: 'dying' }),
  ),
}
