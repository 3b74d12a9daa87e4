/**
 * The parent of the servers. It lives in a session of its own and does what it reads on standard input; when
 * that closes, because the supervisor stopped or was killed, it stops all servers, the last started first,
 * removes the folder of their data and ends. So the orderly stop and the crash are one and the same.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { FromWatchdog, ToWatchdog } from './supervisor.ts'

const [folder = ''] = process.argv.slice(2)
const running = new Map<string, ChildProcess>()
/** kube-apiserver waits for minutes at SIGTERM if etcd is gone: no server gets longer than this. */
const patienceMs = 5_000

const tell = (message: FromWatchdog) => process.stdout.write(`${JSON.stringify(message)}\n`)

function start({ name, command, args, env, logFile }: ToWatchdog & { do: 'start' }): void {
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(command, args, { stdio: ['ignore', log, log], env: { ...process.env, ...env } })
  running.set(name, child)
  child.on('spawn', () => tell({ said: 'started', name, pid: child.pid ?? 0 }))
  child.on('error', ({ message }) => tell({ said: 'failed', name, message }))
  child.on('exit', (code, signal) => {
    if (running.get(name) === child) running.delete(name)
    tell({ said: 'exited', name, code, signal })
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const { promise: exited, resolve } = Promise.withResolvers<void>()
  child.on('exit', () => resolve())
  child.kill('SIGTERM')
  child.kill('SIGCONT') // one that a test froze could not hear SIGTERM
  const impatient = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  await exited
  clearTimeout(impatient)
}

process.on('SIGINT', () => undefined) // the terminal's Ctrl-C is the supervisor's to answer
process.on('SIGTERM', () => process.stdin.destroy())
process.stdout.on('error', () => undefined) // nobody listens any more

try {
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as ToWatchdog // written by our supervisor
    if (order.do === 'start') start(order)
    else running.get(order.name)?.kill(order.signal)
  }
} finally {
  for (const child of [...running.values()].reverse()) await stop(child)
  if (folder) await rm(folder, { recursive: true, force: true })
}
