// time limit: 3600 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePorts } from '../../deploy/local/free-ports.ts'
import { full } from '../runner/full.ts'
import { randomOf } from '../support/random.ts'
import { k2sDns, k2sDnsUntil } from './command-line.ts'
import type { State } from './coredns-objects.ts'
import { k2s, kubeadm } from './coredns-scenes.ts'
import {
  type CoreDnsWorld,
  startCoreDnsWorld,
  withoutCaKey,
  withoutFailure,
} from './coredns-world.ts'
import { type ApiProxy, type Meddle, startProxy } from './proxy.ts'

/**
 * `kill -9` at every request that changes something of CoreDNS: before it reached the API server, and once it was done
 * there. The next run ends right, and in between no question of Kubernetes' own names fails. Names in etcd that K2s's pods
 * served before may: those pods were started without what lets them end gracefully (docs/limits.md).
 */
type When = 'before' | 'after'
const commands = { start: ['cluster', 'start'], uninstall: ['uninstall', '--yes'] } as const

for (const scene of full ? [kubeadm(false), kubeadm(true), k2s(true)] : [kubeadm(true)]) {
  type Context = { world: CoreDnsWorld; before: State; proxy: ApiProxy; flags: string[] }
  const test = suite<Context>(`killed beside a CoreDNS as ${scene.what}`)

  test.before(async (context) => {
    const world = await startCoreDnsWorld(scene)
    context.world = world
    context.before = await world.objects.read()
    context.proxy = await startProxy(world.cluster.apiserver.functionsKubeconfig)
    context.flags = [
      ...world.functions.flags,
      `--kubeconfig=${context.proxy.kubeconfig}`,
      '--leadership.enabled=false',
      `--http.port=${(await freePorts(1))[0]}`, // no instance is there to be told
    ]
  })
  test.after(async ({ world, proxy }) => {
    await proxy?.close()
    await world?.stop()
  })

  /** @returns whether it was killed: else it had less than so many requests */
  async function runKilled(
    { proxy, flags }: Context,
    command: keyof typeof commands,
    at: number,
    when: When,
  ): Promise<boolean> {
    const killing = new AbortController()
    proxy.meddle = killAt(at, when, () => killing.abort())
    const ran = await k2sDnsUntil(killing.signal, ...commands[command], ...flags)
    proxy.meddle = () => 'pass'
    assert.is(ran.code, killing.signal.aborted ? -1 : 0, ran.stderr)
    return killing.signal.aborted
  }

  async function runWhole({ flags }: Context, command: keyof typeof commands): Promise<void> {
    const { code, stderr } = await k2sDns(...commands[command], ...flags)
    assert.is(code, 0, stderr)
  }

  for (const command of ['start', 'uninstall'] as const) {
    test(`at every step of ${command}`, async (context) => {
      const { world, before } = context
      let tried = 0
      for (const { at, when } of steps(command)) {
        if (command === 'uninstall') await runWhole(context, 'start')
        let wasKilled = false
        await withoutFailure(world.ask([]), async () => {
          wasKilled = await runKilled(context, command, at, when)
          if (wasKilled) await runWhole(context, command)
          if (command === 'start') await world.answers(scene.served)
        })
        if (command === 'start') await runWhole(context, 'uninstall')
        assert.equal(await world.objects.read(), withoutCaKey(before), `${when} request ${at}`)
        await world.cluster.rolledOut()
        if (!wasKilled) break
        tried++
      }
      assert.ok(tried > 0, 'nothing was to be killed')
    })
  }
  test.run()
}

/** All of them in order, until one is not reached any more; in the short form one of the first four. */
function steps(command: keyof typeof commands): readonly { at: number; when: When }[] {
  const all = Array.from({ length: 20 }, (_, index) =>
    (['before', 'after'] as const).map((when) => ({ at: index + 1, when })),
  ).flat()
  return full ? all : [randomOf(command.length).oneOf(all.slice(0, 8))]
}

function killAt(at: number, when: When, kill: () => void): Meddle {
  let seen = 0
  return (url, method) => {
    if (method === 'GET' || !url.includes('/namespaces/kube-system/')) return 'pass'
    if (++seen !== at) return 'pass'
    if (when === 'after') return { done: kill }
    kill()
    return { status: 503, body: '' }
  }
}
