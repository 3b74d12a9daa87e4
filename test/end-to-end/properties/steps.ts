import fc from 'fast-check'
import type { Settings } from '../../../runtime/function.ts'
import { askSettings } from '../../support/asked-alone.ts'
import type { Place, Shape } from './foreign.ts'
import { shapes } from './foreign.ts'
import { policy } from './policies.ts'
import type { Failure } from './trouble.ts'
import { oddTexts, type Stated, statements, wanted } from './wishes.ts'

/** What one replica does; `to` is its number. */
export type Act =
  /** An event reaches it: the newest, or one of `back` changes ago, so maybe late or again. */
  | { readonly act: 'deliver'; readonly back: number; readonly to: number }
  /** An event of somebody's invention reaches it over HTTP. */
  | {
      readonly act: 'hint'
      readonly verb: 'update' | 'delete'
      readonly id: string
      readonly to: number
    }
  | { readonly act: 'reconcile'; readonly to: number }
  | { readonly act: 'restart'; readonly to: number }
  /** A name is put right, as when the watch of the store told of it. */
  | { readonly act: 'mend'; readonly name: string; readonly to: number }

export type Step =
  | { readonly do: 'nothing' }
  | ({
      readonly do: 'apply'
      readonly id: string
      /** It was deleted before, of which nobody learned. */
      readonly anew: boolean
      readonly told: Told
    } & Stated)
  | { readonly do: 'remove'; readonly id: string; readonly told: Told }
  | { readonly do: 'act'; readonly what: Act }
  | { readonly do: 'two at once'; readonly what: Act; readonly and: Act }
  /** The store fails once, and the replica tries again. */
  | { readonly do: 'stumble'; readonly what: Act; readonly failure: Failure }
  /** The replica dies in the middle of it, and is started when it is next needed. */
  | { readonly do: 'die'; readonly what: Act; readonly failure: Failure }
  | { readonly do: 'begin epoch'; readonly to: number }
  | { readonly do: 'begin era'; readonly to: number }
  /** One replica, or all, are restarted with these. */
  | { readonly do: 'settings'; readonly to: number | 'all'; readonly settings: Settings }
  | {
      readonly do: 'foreign put'
      readonly name: string
      readonly shape: Shape
      readonly place: Place
    }
  | { readonly do: 'foreign delete'; readonly pick: number }
  /** Somebody deletes a record, a placeholder or a host's document of ours, or changes it. */
  | {
      readonly do: 'damage'
      readonly pick: number
      readonly how: 'delete' | 'change'
      /** Which replica is told of it, if any. */
      readonly toldTo: number | undefined
    }

/** Who learns of a change at once: nobody, one replica, one twice, all at the same time, or one that dies of it. */
export interface Told {
  readonly how: 'nobody' | 'one' | 'twice' | 'all at once' | 'dying'
  readonly to: number
  readonly failure: Failure
}

export interface Scenario {
  readonly replicas: number
  readonly settings: Settings
  readonly steps: readonly Step[]
}

const to = fc.nat({ max: 2 })
const id = fc
  .tuple(fc.constantFrom('red', 'blue', 'green'), fc.constantFrom('web', 'api', 'old'))
  .map(([namespace, name]) => `${namespace}/${name}`)

const host = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...wanted) },
  { weight: 2, arbitrary: fc.constantFrom(...Object.keys(oddTexts)) },
)
const hosts = fc.oneof(
  { weight: 6, arbitrary: fc.array(host, { minLength: 0, maxLength: 3 }) },
  { weight: 2, arbitrary: fc.shuffledSubarray([...wanted], { minLength: 4 }) }, // more than a transaction's
)
const targets = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('one', 'two', 'both') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...(Object.keys(statements) as (keyof typeof statements)[])),
  },
)
const failure = (forGood: boolean): fc.Arbitrary<Failure> =>
  fc.record({
    afterCalls: fc.constantFrom(0, 0, 1, 1, 1, 2, 3, 4),
    seen: fc.boolean(),
    forGood: fc.constant(forGood),
  })

const anew = fc.nat({ max: 5 }).map((chance) => chance === 5)
const told: fc.Arbitrary<Told> = fc.record({
  how: fc.constantFrom('nobody', 'one', 'one', 'one', 'twice', 'all at once', 'dying', 'dying'),
  to,
  failure: failure(true),
})

const deliver = fc.record({
  act: fc.constant('deliver' as const),
  back: fc.oneof(
    { weight: 3, arbitrary: fc.nat({ max: 3 }) },
    { weight: 1, arbitrary: fc.nat({ max: 20 }) },
  ),
  to,
})
const hint = fc.record({
  act: fc.constant('hint' as const),
  verb: fc.constantFrom('update' as const, 'delete' as const),
  id,
  to,
})
const reconcile = fc.record({ act: fc.constant('reconcile' as const), to })
const restart = fc.record({ act: fc.constant('restart' as const), to })
const mend = fc.record({ act: fc.constant('mend' as const), name: fc.constantFrom(...wanted), to })
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: deliver },
  { weight: 2, arbitrary: hint },
  { weight: 1, arbitrary: reconcile },
  { weight: 1, arbitrary: restart },
  { weight: 1, arbitrary: mend },
)

const settings: fc.Arbitrary<Settings> = fc
  .record({
    policy,
    defaultTargets: fc.constantFrom([], ['10.0.0.1'], ['lb.example.org']),
    ttlSeconds: fc.constantFrom(30, 60),
  })
  .map(({ policy, ...asking }) => ({ policy, ...askSettings(asking) }))

const step: fc.Arbitrary<Step> = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant({ do: 'nothing' as const }) },
  {
    weight: 60,
    arbitrary: fc.record({ do: fc.constant('apply' as const), id, anew, hosts, targets, told }),
  },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('remove' as const), id, told }) },
  { weight: 40, arbitrary: fc.record({ do: fc.constant('act' as const), what: anyAct }) },
  {
    weight: 14,
    arbitrary: fc.record({ do: fc.constant('two at once' as const), what: anyAct, and: anyAct }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('stumble' as const),
      what: anyAct,
      failure: failure(false),
    }),
  },
  {
    weight: 16,
    arbitrary: fc.record({ do: fc.constant('die' as const), what: anyAct, failure: failure(true) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('begin epoch' as const), to }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('begin era' as const), to }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('settings' as const),
      to: fc.oneof(to, fc.constant('all' as const)),
      settings,
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('foreign put' as const),
      name: fc.constantFrom(
        ...wanted,
        'y.x.example.net',
        'cluster.local',
        'deep.b.a.cluster.local',
      ),
      shape: fc.constantFrom(...(Object.keys(shapes) as Shape[])),
      place: fc.constantFrom<Place[]>('f1', 'f2', 'bare', 'our 10.0.0.1', 'our placeholder'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('foreign delete' as const), pick: fc.nat({ max: 9 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('damage' as const),
      pick: fc.nat({ max: 60 }),
      how: fc.constantFrom('delete' as const, 'change' as const),
      toldTo: fc.option(to, { nil: undefined }),
    }),
  },
)

/** @param steps of each scenario; shrinking puts nothing in a step's place, so the number stays */
export const scenario = (steps: number): fc.Arbitrary<Scenario> =>
  fc.record({
    replicas: fc.constantFrom(2, 2, 2, 3),
    settings,
    steps: fc.array(step, { minLength: steps, maxLength: steps }),
  })

/** One line a step, as `die what.act=deliver what.to=1 …`. */
export const linesOf = ({ replicas, settings, steps }: Scenario): string =>
  [
    `${replicas} replicas, ${JSON.stringify(settings)}`,
    ...steps.flatMap((each, index) =>
      each.do === 'nothing' ? [] : `${index}: ${JSON.stringify(each)}`,
    ),
  ].join('\n')
