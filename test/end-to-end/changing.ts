import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { anIngress } from './an-ingress.ts'
import { eventually } from './eventually.ts'
import type { World } from './world.ts'

/** Ingresses that come and go at a steady pace, and what their names should answer in the end. */
export interface Changing {
  /** Resolves once so many were begun. */
  made(changes: number): Promise<void>
  /** The same, of those from now on. */
  more(changes: number): Promise<void>
  /** Makes no more, and waits until the API server has taken all. @returns addresses by host, empty for one that went */
  stop(): Promise<ReadonlyMap<string, readonly string[]>>
}

/** How many come before the first of them goes. */
const kept = 10

export function startChanging(world: Pick<World, 'apply' | 'remove'>, perSecond: number): Changing {
  const wanted = new Map<string, readonly string[]>()
  const making: Promise<void>[] = []
  const stopping = new AbortController()
  let changes = 0

  function change(at: number): Promise<void> {
    const number = Math.floor(at / 2)
    if (at % 2 === 0) {
      const [host, targets] = [`c${number}.cluster.local`, [`10.1.0.${(number % 250) + 1}`]]
      wanted.set(host, targets)
      return world.apply(anIngress(`c${number}`, host, { targets }))
    }
    const goes = number - kept
    if (goes < 0) return Promise.resolve()
    wanted.set(`c${goes}.cluster.local`, [])
    return making[goes * 2]?.then(() => world.remove(`c${goes}`)) ?? Promise.resolve()
  }

  async function run(): Promise<void> {
    const since = performance.now()
    while (!stopping.signal.aborted) {
      const due = ((performance.now() - since) * perSecond) / 1_000
      for (; changes < due; changes++) making[changes] = change(changes)
      await delay(10)
    }
  }

  const made = (wished: number) =>
    eventually(() => assert.ok(changes >= wished, `${changes} changes`), { withinMs: 60_000 })

  const running = run()
  return {
    made,
    more: (wished) => made(changes + wished),
    async stop() {
      stopping.abort()
      await running
      await Promise.all(making)
      return wanted
    },
  }
}
