import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { buildBinaries } from '../deploy/binary/build.ts'
import { nodeFlags } from '../deploy/node-flags.ts'
import { percentile } from './percentile.ts'
import type { BenchWorld } from './world.ts'

const run = promisify(execFile)
const main = path.join(import.meta.dirname, '..', 'runtime', 'main.ts')

export interface BinaryFigures {
  readonly n: number
  readonly files: readonly { readonly name: string; readonly mebibytes: number }[]
  /** The median of a command's whole time, milliseconds; the sources have Node's compile cache by then. */
  readonly commands: readonly {
    readonly name: string
    readonly binary: number
    readonly sources: number
  }[]
}

/** Builds the binaries and runs the one for Linux in turns with the sources. */
export async function benchBinary({ stack }: BenchWorld, n: number): Promise<BinaryFigures> {
  const into = await mkdtemp(path.join(tmpdir(), 'k2s-dns-bench-'))
  try {
    const files = await buildBinaries({ into, signal: AbortSignal.timeout(300_000) })
    const [linux = ''] = files
    const commands = [
      { name: '--help', args: ['--help'] },
      { name: 'records', args: ['records', `--etcd.endpoints=${stack.etcd.endpoint}`] },
    ]
    const sizes = files.map(async (file) => ({
      name: path.basename(file),
      mebibytes: (await stat(file)).size / 2 ** 20,
    }))
    const measured = []
    for (const { name, args } of commands) {
      const samples = { binary: [] as number[], sources: [] as number[] }
      for (let round = 0; round < n; round++) {
        samples.binary.push(await tookMs(linux, args))
        samples.sources.push(await tookMs(process.execPath, [...nodeFlags, main, ...args]))
      }
      const [binary, sources] = [percentile(samples.binary, 50), percentile(samples.sources, 50)]
      measured.push({ name, binary, sources })
    }
    return { n, files: await Promise.all(sizes), commands: measured }
  } finally {
    await rm(into, { recursive: true, force: true })
  }
}

async function tookMs(program: string, args: readonly string[]): Promise<number> {
  const since = performance.now()
  await run(program, args)
  return performance.now() - since
}
