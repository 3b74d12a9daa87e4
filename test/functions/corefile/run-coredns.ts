import { spawn } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { freePorts } from '../../../deploy/local/free-ports.ts'

/** What Corefiles of the fixtures take from the environment. */
const env = { UPSTREAM: '9.9.9.9', ZONE: '.', CLUSTER_DOMAIN: 'cluster.local' }

interface Options {
  /** Called while it runs. */
  readonly started?: () => Promise<void>
}

/**
 * Starts CoreDNS with a Corefile, and ends it once that is known.
 * @returns what it said if it did not start
 */
export async function runCoreDns(
  coredns: string,
  folder: string,
  corefile: string,
  { started = async () => {} }: Options = {},
): Promise<string | undefined> {
  const file = path.join(folder, 'Corefile')
  writeFileSync(file, corefile)
  const [port] = await freePorts(1) // where none is said, as in an empty file
  const flags = ['-conf', file, `-dns.port=${port}`]
  const child = spawn(coredns, flags, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  let output = ''
  const runs = new Promise<boolean>((resolve) => {
    const read = (chunk: Buffer) => {
      output += String(chunk)
      if (output.includes('CoreDNS-1.')) resolve(true) // its version, once it listens
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('close', () => resolve(false))
  })
  try {
    if (!(await runs)) return output
    await started()
    return undefined
  } finally {
    child.kill('SIGKILL')
    await closed
  }
}

/** @returns the addresses that a name has at the first of the ports which has any; else the errors */
export async function ask(ports: readonly number[], host: string): Promise<readonly string[]> {
  const errors: string[] = []
  for (const port of ports) {
    const resolver = new Resolver({ timeout: 2_000, tries: 1 })
    resolver.setServers([`127.0.0.1:${port}`])
    try {
      return await resolver.resolve4(host)
    } catch (error) {
      errors.push(`${port}: ${(error as NodeJS.ErrnoException).code}`) // by node:dns
    }
  }
  return errors
}
