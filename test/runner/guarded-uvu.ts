import * as uvu from 'uvu'
import { asError, breach, tell } from './verdict.ts'

/**
 * What test files get for `uvu`: uvu, which also says what it would let pass with exit code 0.
 * In 0.5.6 those are a `before` or `after.each` that throws (a `return` in a `finally` swallows
 * it), `.only`, `.skip`, and tests of a suite that is never run.
 */

interface Ledger {
  readonly suite: string
  registered: number
  waiting: number
}

const ledgers: Ledger[] = []

/** Tests that were written, whether uvu came to see them or not. */
export const registered = (): number => ledgers.reduce((sum, suite) => sum + suite.registered, 0)

/** One line for each suite whose tests are still waiting for `.run()`. */
export const forgottenRuns = (): string[] =>
  ledgers
    .filter(({ waiting }) => waiting > 0)
    .map(({ suite, waiting }) => `${suite}: ${waiting} tests were never started by .run()`)

type Hook = (handler: uvu.Callback) => void

const guardedHook =
  (name: string, register: Hook): Hook =>
  (handler) =>
    register(async (context) => {
      try {
        await handler(context)
      } catch (thrown) {
        breach(`${name} threw`, thrown)
        throw asError(thrown)
      }
    })

export function suite(title = '', context: Record<string, unknown> = {}): uvu.Test {
  const real = uvu.suite(title, context)
  const ledger: Ledger = { suite: title || 'the suite without a name', registered: 0, waiting: 0 }
  ledgers.push(ledger)

  const register = (name: string, handler: uvu.Callback) => {
    ledger.registered++
    ledger.waiting++
    real(name, async (given) => {
      tell({ kind: 'test', name })
      try {
        await handler(given)
      } catch (thrown) {
        throw asError(thrown)
      }
    })
  }
  const hooks = (name: 'before' | 'after') =>
    Object.assign(guardedHook(`${name} of ${ledger.suite}`, real[name]), {
      each: guardedHook(`${name}.each of ${ledger.suite}`, real[name].each),
    })
  return Object.assign(register, {
    before: hooks('before'),
    after: hooks('after'),
    only: (name: string, handler: uvu.Callback) => {
      breach(`.only hides the other tests: "${name}"`)
      register(name, handler)
    },
    skip: (name?: string) => breach(`.skip leaves a test out: "${name ?? ''}"`),
    run: () => {
      if (ledger.waiting === 0) breach(`${ledger.suite}: .run() without a test`)
      ledger.waiting = 0
      real.run()
    },
  })
}

export const test = suite()
