#!/usr/bin/env -S node --min-semi-space-size=16 --max-semi-space-size=16 --heap-growing-percent=100
import { enableCompileCache } from 'node:module'
import { terminalProgress } from '../deploy/local/progress.ts'
import type { ComposeHost, PlanChanges, ReadStore, StartInstance } from './cli/command.ts'
import { systemClock } from './clock.ts'
import { RetryLater } from './errors.ts'
import { ownCommand } from './own-files.ts'

/**
 * The process: the only place that reads the environment, hears signals and sets the exit code. It is a function
 * since the binary is made of one CommonJS script, in which nothing can be awaited outside of one.
 */
async function main(): Promise<number> {
  enableCompileCache() // a fifth of a second at the next start; so what follows is imported after it
  const { createLog } = await import('./log.ts')
  const { connectKubernetes } = await import('./clients/kubernetes.ts')
  const { commands } = await import('./cli/commands.ts')
  const { runProgram } = await import('./cli/program.ts')

  const startInstance: StartInstance = async (config, log, signal, configFile) => {
    const client = connectKubernetes(config.kubeconfig, systemClock) // reads it while the rest is imported
    const { compose } = await import('./compose.ts')
    return compose(config, { client, configFile, log, signal })
  }

  const readStore: ReadStore = async (config) => {
    const { readStore } = await import('./read-store.ts')
    return readStore(config)
  }

  const planChanges: PlanChanges = async (config, snapshot, signal) => {
    const client = connectKubernetes(config.kubeconfig, systemClock)
    const { planWithAll } = await import('./compose.ts')
    return planWithAll(config, snapshot, { client, log: createLog('error', 2), signal })
  }

  const composeHost: ComposeHost = async (config, log, signal) => {
    const { composeHost } = await import('./host.ts')
    return composeHost(config, { self: ownCommand, log, signal })
  }

  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(1) // asked a second time: no more patience
      stop.abort(new RetryLater(`stopped by ${name}`))
    })
  }

  return runProgram(process.argv.slice(2), {
    commands,
    env: process.env,
    signal: stop.signal,
    startInstance,
    readStore,
    planChanges,
    composeHost,
    progress: terminalProgress(process.stderr),
    print: (line) => console.log(line),
    printError: (line) => console.error(line),
  })
}

process.exitCode = 1 // also where everything falls silent before it is known
void main().then((code) => {
  process.exitCode = code
})
