import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import type { RunCommand } from '../../../../runtime/clients/command.ts'
import { nameOf } from './simulated-windows.ts'

interface Exchange {
  /** Program and arguments; or what PowerShell was started for: */
  readonly command?: readonly string[]
  readonly script?: string
  readonly input?: unknown
  readonly code?: number
  readonly stdout?: string
  readonly stderr?: string
}

/** Answers as the transcript does, as long as it is asked in the same words and order; `rest` is what was not asked for. */
export function replay(name: string): {
  readonly run: RunCommand
  readonly rest: readonly Exchange[]
} {
  const file = new URL(`transcripts/${name}.json`, import.meta.url)
  const { exchanges } = JSON.parse(readFileSync(file, 'utf8')) as { exchanges: Exchange[] }
  const rest = [...exchanges]
  const run: RunCommand = async (program, args, { input }) => {
    const next = rest.shift()
    if (next?.script === undefined) assert.equal([program, ...args], next?.command)
    else assert.equal([nameOf(args.at(-1)), JSON.parse(input ?? '')], [next.script, next.input])
    return { code: next?.code ?? 0, stdout: next?.stdout ?? '', stderr: next?.stderr ?? '' }
  }
  return { run, rest }
}
