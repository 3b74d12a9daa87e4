import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Order, Program, Report } from './watchdog-protocol.ts'

/**
 * The program that owns the servers: `watchdog.ts [DIRECTORY]`, in a session of its own, so that
 * Ctrl-C reaches only its parent. It takes orders from stdin. When that ends, since the parent
 * stopped or was killed, it stops the servers in the reverse of the order in which they were first
 * started, removes the directory and ends. So an orderly stop and a crash are the same.
 */

interface Server {
  readonly child: ChildProcess
  readonly program: Program
  readonly exited: Promise<void>
}

const directory = process.argv[2]
const servers = new Map<string, Server>() // a server that starts again keeps its place
let ending: Promise<void> | undefined

process.stdout.on('error', () => undefined) // nobody reads it after a crash of the parent
process.stdin.on('error', end)
createInterface({ input: process.stdin })
  .on('line', (line) => obey(JSON.parse(line) as Order)) // written by watchdog-link.ts
  .on('close', end)
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end)

function obey(order: Order): void {
  if (ending) return
  const server = servers.get(order.name)
  switch (order.do) {
    case 'start':
      start(order.name, order.program)
      return
    case 'stop':
      if (server) void stop(server)
      return
    case 'signal':
      server?.child.kill(order.signal)
  }
}

function start(name: string, program: Program): void {
  const { command, args, env, logFile } = program
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(command, args, { env, stdio: ['ignore', log, log] })
  closeSync(log)
  const exited = new Promise<void>((resolve) => {
    child.on('error', ({ message }) => {
      if (child.pid !== undefined) return // an undelivered signal
      report({ did: 'fail', name, reason: message })
      resolve()
    })
    child.on('exit', (code, signal) => {
      report({ did: 'exit', name, exit: { code, signal } })
      resolve()
    })
  })
  servers.set(name, { child, program, exited })
  if (child.pid !== undefined) report({ did: 'start', name, pid: child.pid })
}

/** Also a frozen server gets to know of its SIGTERM, by the SIGCONT. */
async function stop({ child, program, exited }: Server): Promise<void> {
  child.kill('SIGTERM')
  child.kill('SIGCONT')
  const patience = new AbortController()
  const late = delay(program.stopMs, true, { signal: patience.signal }).catch(() => false)
  if (await Promise.race([exited.then(() => false), late])) child.kill('SIGKILL')
  patience.abort()
  await exited
}

function end(): void {
  ending ??= endAll().finally(() => process.exit())
}

async function endAll(): Promise<void> {
  for (const { child } of servers.values()) child.kill('SIGCONT') // the last ones may need the first
  for (const server of [...servers.values()].reverse()) await stop(server)
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
}

function report(what: Report): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}
