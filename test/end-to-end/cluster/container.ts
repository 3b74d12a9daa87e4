import { setTimeout as delay } from 'node:timers/promises'
import type { ServerProcess, ServerSpec } from '../../../deploy/local/server-process.ts'
import type { Supervisor } from '../../../deploy/local/supervisor.ts'
import { messageOf } from '../../../runtime/errors.ts'

/** A container that runs until it is stopped: when its process ends it is started again, later each time. */
export interface RunningContainer {
  readonly state:
    | { readonly is: 'running'; readonly since: Date }
    | { readonly is: 'waiting'; readonly why: string }
  /** How often it ended by itself. */
  readonly restarts: number
  /** SIGTERM, and SIGKILL if it still runs then. */
  stop(graceMs: number): Promise<void>
}

/** kubelet doubles the pause up to 30 times the first one (10 s to 5 min); what ran twice as long begins anew. */
const mostDoubled = 30

/** @param restartMs the first pause */
export function runContainer(
  spec: Omit<ServerSpec, 'ready'>,
  { supervisor, restartMs }: { readonly supervisor: Supervisor; readonly restartMs: number },
): RunningContainer {
  const stopping = new AbortController()
  const { signal } = stopping
  let server: ServerProcess | undefined
  let state: RunningContainer['state'] = { is: 'waiting', why: 'ContainerCreating' }
  let [restarts, pauseMs] = [0, restartMs]

  async function runOnce(): Promise<void> {
    const since = new Date()
    try {
      server = await supervisor.start({ ...spec, stopMs: 200, ready: async () => true })
      state = { is: 'running', since }
      if (signal.aborted) server.kill('SIGKILL') // it was stopped while it started
      await server.exited
    } catch (error) {
      if (!signal.aborted) state = { is: 'waiting', why: messageOf(error) }
    }
    if (Date.now() - since.getTime() > 2 * mostDoubled * restartMs) pauseMs = restartMs
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await runOnce()
      if (signal.aborted) return
      restarts++
      state = { is: 'waiting', why: 'CrashLoopBackOff' }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined)
      pauseMs = Math.min(2 * pauseMs, mostDoubled * restartMs)
    }
  }
  const ended = run()

  return {
    get state() {
      return state
    },
    get restarts() {
      return restarts
    },
    async stop(graceMs) {
      stopping.abort()
      if (server?.running) server.kill(graceMs > 0 ? 'SIGTERM' : 'SIGKILL')
      const patience = new AbortController()
      const late = delay(graceMs, true, { signal: patience.signal }).catch(() => false)
      if (await Promise.race([ended.then(() => false), late])) server?.kill('SIGKILL')
      patience.abort()
      await ended
    },
  }
}
