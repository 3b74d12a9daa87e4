import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TestFile } from './discover.ts'
import { endGroup, reapGroup } from './process-group.ts'
import { type Message, verdictDescriptor } from './verdict.ts'

export interface Outcome {
  readonly passed: number
  /** tests that didn't pass or didn't run; at least 1 if anything else is wrong */
  readonly failed: number
  /** why it is red, apart from the tests that failed in plain sight */
  readonly reasons: readonly string[]
  /** all that it wrote to stdout and stderr, uvu's report of failures among it */
  readonly output: string
  readonly ms: number
}

export interface Surroundings {
  readonly root: string
  readonly env: NodeJS.ProcessEnv
  /** when it aborts, the file's processes are ended */
  readonly signal: AbortSignal
}

type End = Extract<Message, { kind: 'end' }>

const child = fileURLToPath(new URL('./child.ts', import.meta.url))
const outputEndsMs = 1_000

/** Runs one file in a process group of its own, of which nothing is left afterwards. */
export async function runFile(
  { path, limitMs }: TestFile,
  { root, env, signal }: Surroundings,
): Promise<Outcome> {
  const startedAt = performance.now()
  const test = spawn(process.execPath, [child, path], {
    cwd: root,
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'], // the last two: verdict.ts
  })
  const output = textOf(test)
  const told = listen(test)
  const exited = once(test, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const closed = new Promise((resolve) => test.once('close', resolve))
  if (test.pid === undefined) await exited // throws why it could not start
  const leader = test.pid as number

  const kill = () => void endGroup(leader)
  let late = false
  const limit = setTimeout(() => {
    late = true
    kill()
  }, limitMs)
  signal.addEventListener('abort', kill)
  if (signal.aborted) kill()

  const [code, killedBy] = await exited
  clearTimeout(limit)
  signal.removeEventListener('abort', kill)
  const left = await reapGroup(leader)
  await Promise.race([closed, delay(outputEndsMs, undefined, { ref: false })])
  for (const stream of test.stdio) stream?.destroy()

  const { end, breaches, lastTest } = told
  const reasons = [...breaches]
  const where = lastTest === '' ? 'before its first test' : `in "${lastTest}"`
  if (late) reasons.push(`took longer than its ${limitMs / 1000} s and was killed ${where}`)
  else if (killedBy) reasons.push(`was killed by ${killedBy} ${where}`)
  else if (!end) reasons.push(`ended with exit code ${code} and without a result, ${where}`)
  if (end) reasons.push(...contradictions(end, code))
  for (const process of left) reasons.push(`left a process running: ${process}`)

  const { registered, passed } = end ?? { registered: 0, passed: 0 }
  const failed = Math.max(registered - passed, reasons.length > 0 ? 1 : 0)
  return { passed, failed, reasons, output: output(), ms: performance.now() - startedAt }
}

/** What an end may say that doesn't fit a green file. */
function contradictions({ finished, registered, total }: End, code: number | null): string[] {
  const reasons = []
  if (!finished) reasons.push(`ended with exit code ${code} before its tests had`)
  else if (registered === 0) reasons.push('registers no test')
  else if (total !== registered)
    reasons.push(`${registered - total} of ${registered} tests never ran`)
  if (finished && code !== 0) reasons.push(`its tests ended, but with exit code ${code}`)
  return reasons
}

function textOf({ stdout, stderr }: ChildProcess): () => string {
  let text = ''
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  return () => text
}

function listen(test: ChildProcess): {
  end?: End
  lastTest: string
  readonly breaches: Set<string>
} {
  const told: ReturnType<typeof listen> = { lastTest: '', breaches: new Set() }
  const lines = createInterface({ input: test.stdio[verdictDescriptor] as Readable })
  lines.on('line', (line) => {
    const message = messageOf(line)
    if (message.kind === 'test') told.lastTest = message.name
    else if (message.kind === 'breach') told.breaches.add(message.reason)
    else told.end = message
  })
  return told
}

/** Code under test may take the descriptor for a file of its own, and write anything. */
function messageOf(line: string): Message {
  try {
    return JSON.parse(line) as Message // written by verdict.ts
  } catch {
    return { kind: 'breach', reason: `wrote to the runner's descriptor: ${line}` }
  }
}
