import type { Settings } from '../../../runtime/function.ts'
import { aPolicy } from '../../support/a-policy.ts'
import type { Scenario, Step } from './steps.ts'

const settings: Settings = {
  policy: aPolicy({ zones: ['cluster.local', 'example.net'] }),
  defaultTargets: [],
  ttlSeconds: 30,
}

const found = (...steps: Step[]): Scenario => ({ replicas: 2, settings, steps })
const start = (to: number): Step => ({ do: 'act', what: { act: 'restart', to } })
const again: Step = { do: 'act', what: { act: 'deliver', back: 0, to: 0 } }
const apply = (
  id: string,
  host: string | undefined,
  { targets = 'one' as 'one' | 'two', to = 0 } = {},
): Step => ({
  do: 'apply',
  id,
  anew: false,
  hosts: host === undefined ? [] : [host],
  targets,
  told: { how: 'one', to, failure: { afterCalls: 0, seen: false, forGood: true } },
})

/** What the property once found, made small: played each time. */
export const foundBefore: Readonly<Record<string, Scenario>> = {
  'somebody else’s value in the place of a placeholder was overwritten': found(
    apply('red/web', 'z.y.x.example.net'),
    { do: 'foreign put', name: 'x.example.net', shape: 'noObject', place: 'our placeholder' },
    again,
  ),
  'a name fell silent when its targets changed, since somebody had come after us': found(
    apply('red/web', 'd.cluster.local', { targets: 'two' }),
    { do: 'foreign put', name: 'd.cluster.local', shape: 'externalDns', place: 'f1' },
    start(0),
    apply('red/web', 'd.cluster.local'),
  ),
  'a name that only another replica knew to be blocked answered with what lies below it': found(
    start(1),
    { do: 'foreign put', name: 'a.cluster.local', shape: 'externalDns', place: 'f1' },
    apply('red/web', 'b.a.cluster.local'),
    apply('red/api', 'c.b.a.cluster.local', { to: 1 }),
  ),
  'a placeholder beside the records of a name outlived every reconcile': found(
    start(0),
    start(1),
    apply('blue/web', 's.sub.cluster.local', { to: 1 }),
    apply('red/web', 'sub.cluster.local'),
    apply('blue/web', undefined),
  ),
}
