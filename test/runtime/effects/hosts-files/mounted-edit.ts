import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { runCommand } from '../../../../runtime/clients/command.ts'
import { systemClock } from '../../../../runtime/clock.ts'
import { createHostsFiles } from '../../../../runtime/effects/hosts-files/index.ts'

/** Run as a program in a mount namespace with an /etc/hosts of its own: what becomes of it, as JSON. */
if (import.meta.main) {
  const hosts = createHostsFiles({
    paths: ['/etc/hosts'],
    names: [{ name: 'k2s-registry.local', address: '172.19.1.100' }],
    server: '127.0.0.1:9',
    run: runCommand,
    platform: 'linux',
    clock: systemClock,
  })
  const getent = () => {
    const { status, stdout } = spawnSync('getent', [
      '-s',
      'hosts:files',
      'hosts',
      'k2s-registry.local',
    ])
    return status === 0 ? stdout.toString().trim().split(/\s+/).join(' ') : 'not found'
  }
  const told = (promise: Promise<unknown>) => promise.then(() => 'done', String)
  const inode = () => statSync('/etc/hosts').ino
  const [before, inodeBefore] = [readFileSync('/etc/hosts'), inode()]
  const written = await told(hosts.write(AbortSignal.timeout(20_000)))
  const found = getent()
  const inPlace = inode() === inodeBefore
  const removed = await told(hosts.remove())
  const asBefore = readFileSync('/etc/hosts').equals(before)
  process.stdout.write(
    JSON.stringify({ written, found, inPlace, removed, after: getent(), asBefore }),
  )
}
