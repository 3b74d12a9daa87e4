import { mkdirSync, rmSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseHostsName } from '../../../../functions/hosts-file/hosts-name.ts'
import { runCommand } from '../../../../runtime/clients/command.ts'
import { systemClock } from '../../../../runtime/clock.ts'
import { createHostsFiles } from '../../../../runtime/effects/hosts-files/index.ts'
import { failureOf } from '../../../support/outcome.ts'
import { type StubSays, startStubDns } from '../../../support/stub-dns.ts'
import { aHostsFile, ours as oursAre, registry } from './a-hosts-file.ts'

const test = suite('hosts files')
const signal = AbortSignal.timeout(60_000)
const localhost = '127.0.0.1 localhost\n'

/** Files with these names, and a DNS server that says so much. */
async function aHost(names: readonly string[], files = [aHostsFile()]) {
  const says = new Map<string, StubSays>()
  const dns = await startStubDns(says)
  const hosts = createHostsFiles({
    paths: files.map(({ file }) => file),
    names: names.map((name) => {
      const parsed = parseHostsName(name)
      if ('wrong' in parsed) throw new Error(parsed.wrong)
      return parsed
    }),
    server: dns.server,
    timeoutMs: 200,
    run: runCommand,
    platform: 'linux',
    clock: systemClock,
  })
  const ours = () => files.map((each) => each.text().match(/^[^#].*(?= # k2s-dns \w{8}$)/gm) ?? [])
  return { hosts, says, files, ours, close: dns.close }
}

test('have the addresses that the server says, and those that are given', async () => {
  const { hosts, says, ours, close } = await aHost(['a.local', 'b.local', 'c.local=10.0.0.3'])
  says.set('a.local', ['10.0.0.1', 'fd00::1']).set('b.local', ['10.0.0.2'])
  const [change] = await hosts.write(signal)
  assert.equal(ours(), [
    ['10.0.0.1 a.local', 'fd00::1 a.local', '10.0.0.2 b.local', '10.0.0.3 c.local'],
  ])
  assert.equal([change?.changed, change?.remarks], [true, []])
  assert.is((await hosts.write(signal))[0]?.changed, false)
  close()
})

test('follow the records: another address, no such name, a name again', async () => {
  const { hosts, says, files, ours, close } = await aHost(['a.local'])
  for (const said of [['10.0.0.1'], ['10.0.0.2'], 3, ['10.0.0.3'], []] as const) {
    says.set('a.local', said)
    await hosts.write(signal)
    assert.equal(ours(), [typeof said === 'number' ? [] : said.map((each) => `${each} a.local`)])
  }
  assert.is(files[0]?.text(), localhost)
  close()
})

test('keep what they have while the server is silent, fails, refuses or does not know how', async () => {
  const { hosts, says, ours, close } = await aHost(['a.local'])
  says.set('a.local', ['10.0.0.1'])
  await hosts.write(signal)
  for (const said of ['silence', 2, 5, 4] as const) {
    says.set('a.local', said)
    await hosts.write(signal)
    assert.equal(ours(), [['10.0.0.1 a.local']])
  }
  says.set('a.local', 3)
  await hosts.write(signal)
  assert.equal(ours(), [[]])
  close()
})

test('tell of a line that has the name already, and leave it alone', async () => {
  const theirs = '10.9.9.9 a.local\n'
  const { hosts, files, close } = await aHost(['a.local=10.0.0.1'], [aHostsFile(theirs)])
  const [change] = await hosts.write(signal)
  assert.equal(change?.remarks, [
    'line 1 gives a.local to 10.9.9.9: of two lines most programs take the first',
  ])
  await hosts.remove()
  assert.is(files[0]?.text(), theirs)
  close()
})

test('are all written, though one can’t be; that is told', async () => {
  const { hosts, files, ours, close } = await aHost(
    ['a.local=10.0.0.1'],
    [aHostsFile(Buffer.from([0xff, 0xfe, 0x31])), aHostsFile()],
  )
  assert.match(String(await failureOf(hosts.write(signal))), /GiveUp.*UTF-16, but ends within/)
  assert.equal(ours(), [[], ['10.0.0.1 a.local']])
  assert.is(files[0]?.bytes().length, 3)
  close()
})

test('that are not there have no lines to take out', async () => {
  const { hosts, files, close } = await aHost(['a.local=10.0.0.1'])
  rmSync(files[0]?.file ?? '')
  assert.match(String(await failureOf(hosts.write(signal))), /ENOENT: there is no such file/)
  assert.equal(
    (await hosts.remove()).map(({ changed }) => changed),
    [false],
  )
  close()
})

test('without names are as without us: what could not be written is let be', async () => {
  const [odd, folder, ours] = [
    aHostsFile(Buffer.from([0xff, 0xfe, 0x31])),
    aHostsFile(),
    aHostsFile(),
  ]
  rmSync(folder.file)
  mkdirSync(folder.file)
  await ours.edit(oursAre(registry))
  const { hosts, files, close } = await aHost([], [odd, folder, ours])
  const changes = await hosts.write(signal)
  assert.equal(
    changes.map(({ changed, remarks }) => [
      changed,
      remarks.map((each) => each.replace(/.*: /, '')),
    ]),
    [
      [false, ['it is UTF-16, but ends within a character']],
      [false, ['it is no file']],
      [true, []],
    ],
  )
  assert.is(files[2]?.text(), localhost)
  close()
})

test('have no line after a removal that came while the server was still asked', async () => {
  const { hosts, says, ours, close } = await aHost(['a.local', 'b.local=10.0.0.2'])
  says.set('a.local', 'silence')
  const writing = hosts.write(signal)
  await hosts.remove()
  await writing
  assert.equal(ours(), [[]])
  close()
})

test('one under two names is written once', async () => {
  const file = aHostsFile()
  const { hosts, files, ours, close } = await aHost(['a.local=10.0.0.1'], [file, file])
  assert.equal(
    (await hosts.write(signal)).map(({ changed }) => changed),
    [true, false],
  )
  assert.equal(ours()[0], ['10.0.0.1 a.local'])
  await hosts.remove()
  assert.is(files[0]?.text(), localhost)
  close()
})
test.run()
