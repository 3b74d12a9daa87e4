import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CloudEvent, objectChanged } from '../../../runtime/events.ts'
import { hostsFileSource } from '../../../runtime/sources/hosts-file.ts'
import { eventually } from '../../end-to-end/eventually.ts'
import { handClock } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'

const root = mkdtempSync(path.join(tmpdir(), 'k2s-dns-hosts-'))
process.once('exit', () => rmSync(root, { recursive: true }))
let folders = 0

/** The source at work on a file `hosts` of a folder of its own, and what comes of it. */
function startSource(content?: string | Uint8Array) {
  const folder = path.join(root, `${folders++}`)
  mkdirSync(folder)
  const file = path.join(folder, 'hosts')
  const write = (text: string | Uint8Array) => writeFileSync(file, text)
  if (content !== undefined) write(content)
  const [clock, log] = [handClock(), quietLog()]
  const events: CloudEvent<unknown>[] = []
  const failed: unknown[] = []
  let outcome = async (): Promise<never[]> => []
  let stop = new AbortController()
  const start = () =>
    hostsFileSource({ file, onFailure: (error) => failed.push(error), clock, log }).start(
      (event, options) => {
        assert.equal(options, { fresh: true })
        events.push(event)
        return outcome()
      },
      stop.signal,
    )
  let ended = start()
  return {
    folder,
    file,
    write,
    log,
    failed,
    answerBy: (answer: () => Promise<never[]>) => {
      outcome = answer
    },
    said: () => events.map(({ data }) => (data as { data: string }).data), // see objectChanged below
    events,
    versions: () => events.map((event) => objectChanged.read(event).owner.at.version),
    /** Lets it look so many times more. */
    async look(times: number) {
      for (let i = 0; i < times; i++) {
        await eventually(() => assert.ok(clock.waiting().length > 0))
        await clock.pass(1_000)
      }
      await eventually(() => assert.ok(clock.waiting().length > 0))
    },
    lines: () => log.lines.map(([line]) => line.replaceAll(folder, 'FOLDER')),
    async end() {
      stop.abort()
      await ended
      return clock.waiting()
    },
    /** As another process would. */
    restart() {
      stop = new AbortController()
      ended = start()
    },
  }
}

const shop = '10.0.0.1 shop.local\n'
const wiki = '10.0.0.2 wiki.local\n'
const test = suite('a hosts file')

test('is told once, as an object without a namespace', async () => {
  const { look, events, lines, end } = startSource(shop)
  await look(5)
  const [event, ...others] = events
  assert.ok(event && objectChanged.covers(event))
  const { kind, owner, object } = objectChanged.read(event)
  assert.equal(others, [])
  assert.equal(
    [kind.kind, owner.kind, owner.namespace, owner.name, owner.uid, owner.at.era],
    ['HostsFile', 'HostsFile', '', 'static', 'file', 0],
  )
  assert.is((object as { data: string }).data, shop) // by the schema
  assert.equal(lines(), ['info the hosts file is read'])
  assert.equal(await end(), [])
})

test('that changed is told anew, as a newer version', async () => {
  const { look, write, said, versions, end } = startSource(shop)
  await look(3)
  write(shop + wiki)
  await look(3)
  write('')
  await look(3)
  assert.equal(said(), [shop, shop + wiki, ''])
  const [first = 0n, second = 0n, third = 0n] = versions()
  assert.ok(0n < first && first < second && second < third)
  await end()
})

test('that is just being written is not read by halves', async () => {
  const { look, write, said, end } = startSource(shop)
  await look(2)
  for (const part of ['', '10.0', '10.0.0.2 wi', '10.0.0.2 wiki.local']) {
    write(part)
    await look(1)
  }
  write(wiki)
  await look(3)
  assert.equal(said(), [shop, wiki])
  await end()
})

test('that was replaced by one with an older date is newer to another process, too', async () => {
  const { look, folder, file, restart, said, versions, end } = startSource(shop)
  await look(3)
  await end()
  const other = path.join(folder, 'other')
  writeFileSync(other, wiki)
  utimesSync(other, 1, 1)
  renameSync(other, file)
  restart()
  await look(3)
  assert.equal(said(), [shop, wiki])
  const [first = 0n, second = 0n] = versions()
  assert.ok(first < second)
  await end()
})

test('that is a link to an older file now is newer all the same', async () => {
  const { look, folder, file, said, versions, end } = startSource()
  writeFileSync(path.join(folder, 'old'), wiki)
  writeFileSync(path.join(folder, 'new'), shop)
  utimesSync(path.join(folder, 'new'), 5, 5) // its inode changes once more
  symlinkSync('new', file)
  await look(3)
  symlinkSync('old', `${file}.link`)
  renameSync(`${file}.link`, file)
  await look(3)
  assert.equal(said(), [shop, wiki])
  const [first = 0n, second = 0n] = versions()
  assert.ok(first < second)
  await end()
})

test('is told again by another process, as the same version', async () => {
  const { look, restart, said, versions, end } = startSource(shop)
  await look(3)
  await end()
  restart()
  await look(3)
  const [first, second] = versions()
  assert.equal(said(), [shop, shop])
  assert.is(second, first)
  await end()
})

test('that went is told once, and changes nothing', async () => {
  const { look, file, write, said, lines, end } = startSource(shop)
  await look(2)
  rmSync(file)
  await look(4)
  assert.equal(said(), [shop])
  assert.is(lines().length, 2)
  assert.match(lines()[1] ?? '', /^error the names of the hosts file are left as they were: ENOENT/)
  write(wiki)
  await look(3)
  assert.equal(said(), [shop, wiki])
  await end()
})

test('that is not there at the start is told, and taken when it comes', async () => {
  const { look, write, said, lines, end } = startSource()
  await look(3)
  assert.equal([said(), lines().length], [[], 1])
  write(shop)
  await look(3)
  assert.equal(said(), [shop])
  await end()
})

test('of Windows is read in UTF-16', async () => {
  const { look, said, end } = startSource(Buffer.from(`\uFEFF${shop}`, 'utf16le'))
  await look(3)
  assert.equal(said(), [shop])
  await end()
})

test('with a comment in an old character set is read', async () => {
  const { look, said, end } = startSource(Buffer.from(`# f\xfcr uns\n${shop}`, 'latin1'))
  await look(3)
  assert.equal(said(), [`# f\uFFFDr uns\n${shop}`])
  await end()
})

for (const [what, content, message] of [
  ['is no text', Buffer.from([0x31, 0, 0x32, 0]), /hosts is no text$/],
  ['is larger than a ConfigMap', '#'.repeat(1024 * 1024 + 1), /hosts has more than 1048576 bytes$/],
] as const) {
  test(`that ${what} is told, and changes nothing`, async () => {
    const { look, write, said, lines, end } = startSource(shop)
    await look(2)
    write(content)
    await look(3)
    assert.equal(said(), [shop])
    assert.match(lines()[1] ?? '', message)
    await end()
  })
}

test('that is a folder is told', async () => {
  const { look, file, said, lines, end } = startSource()
  mkdirSync(file)
  await look(3)
  assert.equal(
    [said(), lines()],
    [[], ['error the names of the hosts file are left as they were: FOLDER/hosts is no file']],
  )
  await end()
})

test('that is a pipe is told, and not waited for', async () => {
  const { look, file, lines, end } = startSource()
  execFileSync('mkfifo', [file])
  await look(3)
  assert.match(lines()[0] ?? '', /hosts is no file$/)
  await end()
})

test('that could not be applied is handed over until it is, as the same version', async () => {
  const { look, answerBy, versions, failed, end } = startSource(shop)
  answerBy(() => Promise.reject(new Error('no')))
  await eventually(async () => {
    await look(1)
    assert.ok(failed.length >= 3)
  })
  answerBy(async () => [])
  await look(2)
  const told = versions().length
  await look(5)
  assert.is(versions().length, told)
  assert.is(new Set(versions()).size, 1)
  assert.equal(await end(), [])
})

test('that could not be applied and changed is not handed over any more', async () => {
  const { look, write, answerBy, said, end } = startSource(shop)
  answerBy(() => Promise.reject(new Error('no')))
  await look(5)
  write(wiki)
  await eventually(async () => {
    await look(1)
    assert.ok(said().filter((text) => text === wiki).length >= 3)
  })
  assert.is(said().lastIndexOf(shop) + 1, said().indexOf(wiki))
  assert.equal(await end(), [])
})

test('whose effect takes long is looked at all the same', async () => {
  const { look, write, answerBy, said, end } = startSource(shop)
  answerBy(() => new Promise(() => {}))
  await look(3)
  write(wiki)
  await look(3)
  assert.equal(said(), [shop, wiki])
  assert.equal(await end(), [])
})

test.run()
