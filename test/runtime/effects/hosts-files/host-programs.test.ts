import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, statSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { aHostsFile, ours, registry } from './a-hosts-file.ts'
import { killPoints } from './killed-edit.ts'

const here = (name: string) => path.join(import.meta.dirname, name)
const localhost = '127.0.0.1 localhost'

/** What mounted-edit.ts says in a mount namespace that was made ready by a line of shell. */
function within(ready: string, variables: Readonly<Record<string, string>>): unknown {
  const own = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount']
  const script = `set -e; ${ready}; exec "$NODE" "$PROGRAM"`
  const env = {
    ...process.env,
    NODE: process.execPath,
    PROGRAM: here('mounted-edit.ts'),
    ...variables,
  }
  const output = execFileSync('unshare', [...own, '--propagation', 'private', 'sh', '-c', script], {
    env,
    encoding: 'utf8',
  })
  return JSON.parse(output)
}

const mounted = suite('what getent says, if /etc/hosts is')

mounted('a file that is mounted there, as in a container: it is written in place', () => {
  const { file, bytes } = aHostsFile(localhost)
  const before = bytes()
  assert.equal(within('mount --bind "$FILE" /etc/hosts', { FILE: file }), {
    written: 'done',
    found: '172.19.1.100 k2s-registry.local',
    inPlace: true,
    removed: 'done',
    after: 'not found',
    asBefore: true,
  })
  assert.ok(bytes().equals(before))
})

mounted('a file of a folder: another one takes its place', () => {
  const { folder } = aHostsFile(localhost)
  const ready = 'mount --bind "$FOLDER" /etc'
  assert.equal(within(ready, { FOLDER: folder }), {
    written: 'done',
    found: '172.19.1.100 k2s-registry.local',
    inPlace: false,
    removed: 'done',
    after: 'not found',
    asBefore: true,
  })
})

mounted('a link to a file elsewhere', () => {
  const { folder, file } = aHostsFile(localhost)
  const ready =
    'mkdir "$FOLDER/etc"; ln -s "$FILE" "$FOLDER/etc/hosts"; mount --bind "$FOLDER/etc" /etc'
  assert.equal(within(ready, { FOLDER: folder, FILE: file }), {
    written: 'done',
    found: '172.19.1.100 k2s-registry.local',
    inPlace: false,
    removed: 'done',
    after: 'not found',
    asBefore: true,
  })
})

mounted('on a read-only file system: it says what to do', () => {
  const { file } = aHostsFile(localhost)
  const ready = 'mount --bind "$FILE" /etc/hosts; mount -o remount,bind,ro /etc/hosts'
  assert.equal(within(ready, { FILE: file }), {
    written:
      'GiveUp: hosts file /etc/hosts: EROFS: its file system is read-only: add the names where the file is made (NixOS: networking.hosts)',
    found: 'not found',
    inPlace: true,
    removed: 'done',
    after: 'not found',
    asBefore: true,
  })
})
mounted.run()

const crashed = suite('kill -9')
for (const point of killPoints) {
  crashed(`${point}: the file is whole, and the next edit leaves nothing behind`, async () => {
    const hosts = aHostsFile(localhost)
    const { signal } = spawnSync(process.execPath, [here('killed-edit.ts'), hosts.file, point])
    assert.is(signal, 'SIGKILL')
    const isDone = point === 'after the rename'
    assert.is(hosts.names().length, isDone ? 1 : 2)
    const expected = isDone
      ? Buffer.from(ours(registry)(Buffer.from(localhost)))
      : Buffer.from(localhost)
    assert.ok(hosts.bytes().equals(expected))
    await hosts.edit(ours())
    assert.is(hosts.text(), localhost)
    assert.equal(hosts.names(), ['hosts'])
  })
}
crashed.run()

if (process.getuid?.() === 0) {
  const user = suite('a user without rights')
  const nobody = 65_534
  const edit = (file: string) =>
    spawnSync(process.execPath, [here('killed-edit.ts'), file, ''], { uid: nobody }).stderr

  user('is told which ones', () => {
    const { file, folder, text } = aHostsFile(localhost)
    chmodSync(folder, 0o755)
    const remedy = 'EACCES: it may be written by root only: run this as root'
    assert.match(edit(file).toString(), new RegExp(`GiveUp: hosts file \\S+: ${remedy}`))
    assert.is(text(), localhost)
  })

  user('may write a file, but not give another one to its owner: it is written in place', () => {
    const { file, folder, text, names } = aHostsFile(localhost)
    chownSync(folder, nobody, nobody)
    chmodSync(file, 0o666)
    const { ino } = statSync(file)
    edit(file)
    assert.match(text(), /k2s-registry/)
    assert.equal([statSync(file).ino, statSync(file).uid], [ino, 0])
    assert.equal(names(), ['hosts'])
  })
  user.run()
}
