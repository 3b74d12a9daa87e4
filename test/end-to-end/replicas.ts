import * as assert from 'uvu/assert'
import { eventually } from './eventually.ts'
import { type RunningFunctions, runningFunctions, type Starting } from './functions.ts'
import type { World } from './world.ts'

/** k2s-dns several times on the same servers, as a Deployment with replicas has it. */
export interface Replicas {
  readonly all: readonly RunningFunctions[]
  /** Resolves once one of those leads and all of them are ready; the standbys in their order. */
  settled(among?: readonly RunningFunctions[]): Promise<Roles>
  /** All are started that do not run, so that what follows finds all of them at work. */
  complete(): Promise<Roles>
}

export interface Roles {
  readonly leader: RunningFunctions
  readonly standbys: readonly RunningFunctions[]
}

export interface ReplicasOptions extends Starting {
  readonly zones: readonly string[]
  /** Of each replica besides. */
  readonly each?: (name: string) => readonly string[]
}

/** Starts one after the other, so that the first one leads. */
export async function startReplicas(
  { stack }: World,
  names: readonly string[],
  { zones, args = [], each = () => [] }: ReplicasOptions,
): Promise<Replicas> {
  const all = names.map((name) =>
    runningFunctions(stack, { name, zones, args: [...args, ...each(name)] }),
  )
  for (const replica of all) await replica.start()

  const replicas: Replicas = {
    all,
    settled: (among = all) =>
      eventually(async () => {
        const states = await Promise.all(among.map((replica) => replica.readiness()))
        assert.equal(
          states.map(({ reasons }) => reasons),
          among.map(() => []),
        )
        const [leader, ...more] = among.filter((_, index) => states[index]?.role === 'leader')
        assert.is(more.length, 0, 'more than one leads')
        assert.ok(leader, 'nobody leads')
        return { leader, standbys: among.filter((replica) => replica !== leader) }
      }),
    async complete() {
      for (const replica of all) if (!replica.running) await replica.start()
      return replicas.settled()
    },
  }
  return replicas
}
