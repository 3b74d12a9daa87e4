import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type StubSays, startStubDns } from '../support/stub-dns.ts'
import { eventually } from './eventually.ts'

/** What a step led to: exit code of the command if it was one, then what `getent` says of each name. */
type Told = readonly [step: string, ...outcome: string[]]

const main = path.join(import.meta.dirname, '..', '..', 'runtime', 'main.ts')
const asked = 'shop.cluster.local'
const given = 'k2s-registry.local'

/** Run as a program in a mount namespace with an /etc of its own: `hosts-file-scene.ts JOURNAL`; what happened, as JSON. */
if (import.meta.main) {
  const [journal = ''] = process.argv.slice(2)
  const says = new Map<string, StubSays>([[asked, ['10.0.0.1']]])
  const dns = await startStubDns(says)
  const settings = [
    `--host.server=${dns.server}`,
    `--host.journal=${journal}`,
    `--host.hostsFile.names=${asked},${given}=172.19.1.100`,
    '--host.prove.public=',
    '--host.pollMs=100',
  ]
  const k2sDns = (...args: string[]) => {
    const child = spawn(process.execPath, [main, ...args, ...settings], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return { child, ended: once(child, 'exit').then(([code]) => `exit code ${code}`) }
  }
  const before = readFileSync('/etc/hosts')
  const told: Told[] = []
  const getent = (name: string) => {
    try {
      const found = execFileSync('getent', ['-s', 'hosts:files', 'hosts', name])
      return found.toString().trim().split(/\s+/).join(' ')
    } catch {
      return `no ${name}`
    }
  }
  const seen = () => [getent(asked), getent(given)]
  const until = (expected: string) =>
    eventually(() => {
      if (getent(asked) !== expected) throw new Error(`${getent(asked)} is not ${expected}`)
    })

  told.push(['start', await k2sDns('cluster', 'start', '--only', 'host').ended, ...seen()])

  const service = k2sDns('host')
  says.set(asked, ['10.0.0.2'])
  await until(`10.0.0.2 ${asked}`)
  told.push(['another address', ...seen()])
  says.set(asked, 3)
  await until(`no ${asked}`)
  told.push(['no such name', ...seen()])
  says.set(asked, ['10.0.0.3'])
  await until(`10.0.0.3 ${asked}`)
  told.push(['a name again', ...seen()])
  service.child.kill('SIGTERM')
  told.push(['the service stops', await service.ended, ...seen()])

  told.push(['start again', await k2sDns('cluster', 'start', '--only', 'host').ended, ...seen()])
  told.push(['stop', await k2sDns('cluster', 'stop', '--only', 'host').ended, ...seen()])
  const isSame = readFileSync('/etc/hosts').equals(before)
  told.push(['every byte', isSame ? 'as before' : readFileSync('/etc/hosts', 'utf8')])
  dns.close()
  process.stdout.write(JSON.stringify(told))
}
