import { setTimeout as delay } from 'node:timers/promises'
import { type Functions, startFunctions } from '../deploy/local/functions.ts'
import { untilAnswer } from './latency.ts'
import { percentile } from './percentile.ts'
import type { BenchWorld } from './world.ts'

/** Milliseconds until the name of an ingress that is applied at that moment answers. */
export interface TakeOver {
  readonly n: number
  /** From `kill -9` of the leader. */
  readonly kill: Summary
  /** From SIGTERM to the leader. */
  readonly stop: Summary
  /** From the ingress being applied, while a leader is at work. */
  readonly reference: Summary
}

export interface Summary {
  readonly p50: number
  readonly max: number
}

/** A leader and a standby; whoever ended is started again before the next round. */
export async function benchTakeOver(
  world: BenchWorld,
  { zone, rounds, label }: { zone: string; rounds: number; label: string },
): Promise<TakeOver> {
  const samples = { kill: [] as number[], stop: [] as number[], reference: [] as number[] }
  const dns = `${world.stack.coredns.address}:${world.stack.coredns.port}`
  const replicas = [
    await startFunctions(world.stack, { name: `${label}-one`, zones: [zone] }),
    await startFunctions(world.stack, { name: `${label}-two`, zones: [zone] }),
  ]

  async function untilNameAnswers(name: string): Promise<number> {
    const since = performance.now()
    await world.createIngress(name, `${name}.${zone}`, '10.1.2.3')
    await untilAnswer(dns, `${name}.${zone}`, true)
    const tookMs = performance.now() - since
    await world.deleteIngress(name)
    await untilAnswer(dns, `${name}.${zone}`, false)
    return tookMs
  }

  for (let round = 0; round < rounds; round++) {
    for (const how of ['kill', 'stop'] as const) {
      const name = `${label}-${how}-${round}`
      samples.reference.push(await untilNameAnswers(`${name}-before`))
      const leader = await leaderOf(replicas)
      await delay(Math.random() * 1_000) // at any time between two renewals
      const ended = how === 'kill' ? leader.process.exited : leader.process.stop()
      if (how === 'kill') leader.process.kill('SIGKILL')
      samples[how].push(await untilNameAnswers(name))
      await ended
      await leader.process.start()
    }
  }
  await Promise.all(replicas.map(({ process }) => process.stop()))
  return {
    n: rounds,
    kill: summary(samples.kill),
    stop: summary(samples.stop),
    reference: summary(samples.reference),
  }
}

async function leaderOf(replicas: readonly Functions[]): Promise<Functions> {
  for (const replica of replicas) {
    const { role } = (await (await fetch(`${replica.url}/readyz`)).json()) as { role: string }
    if (role === 'leader') return replica
  }
  throw new Error('nobody leads')
}

const summary = (values: readonly number[]): Summary => ({
  p50: percentile(values, 50),
  max: Math.max(...values),
})
