import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Entry } from '../../../../runtime/effects/adapters/entry.ts'
import { createJournal, type Noted } from '../../../../runtime/effects/adapters/journal.ts'
import { journalFile } from '../../../../runtime/effects/adapters/journal-file.ts'
import { GiveUp } from '../../../../runtime/errors.ts'
import { failureOf } from '../../../support/outcome.ts'
import { type Disk, faultsAt, fileOn } from './faults.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-journal-'))
process.once('exit', () => rmSync(folder, { recursive: true }))

const entry = (id: string, length = 1): Entry => ({
  driver: 'adapters',
  id,
  label: `Ethernet “${id}”`,
  server: { address: '172.19.1.100', port: 53 },
  found: { v4: ['10.1.1.1'], v6: null },
  ours: { v4: ['172.19.1.100'], v6: 'x'.repeat(length) },
  since: '2026-11-25T12:00:00.000Z',
})
const noted = (...entries: Entry[]): Noted => ({ wantedSince: '2026-11-25', entries })
const empty: Noted = { wantedSince: null, entries: [] }

const test = suite('the journal')

test('says what was written last, and nothing where there is none', async () => {
  const file = path.join(folder, 'deep', 'er', 'host.journal')
  const journal = createJournal(journalFile(file))
  assert.equal(await journal.read(), empty)
  for (const count of [1, 0, 3, 2]) {
    const next = noted(...Array.from({ length: count }, (_, index) => entry(`${index}`, 2_000)))
    await journal.write(next)
    assert.equal(await createJournal(journalFile(file)).read(), next)
  }
  const { mode, size } = statSync(file)
  assert.is(mode & 0o777, 0o600)
  assert.is(size, 256 * 1024, 'it does not grow')
})

test('people can read it', async () => {
  const file = path.join(folder, 'readable.journal')
  await createJournal(journalFile(file)).write(noted(entry('1')))
  const [head, json = ''] = readFileSync(file, 'utf8').split('\n')
  assert.match(head ?? '', /^k2s-dns journal 1 [0-9a-f]{64}$/)
  assert.equal(JSON.parse(json), noted(entry('1')))
})

test('a write that is torn at any byte leaves what was there, or is whole', async () => {
  const [before, after] = [noted(entry('1')), noted(entry('1'), entry('2'))]
  const outcomes = new Set<string>()
  for (const turn of [0, 1]) {
    let isWhole = false
    for (let torn = 0; !isWhole; torn++) {
      const disk: Disk = { bytes: undefined }
      const calm = createJournal(fileOn(disk, faultsAt()), { slotBytes: 2_048 })
      for (let writes = 0; writes <= turn; writes++) await calm.write(before)
      const dying = createJournal(fileOn(disk, faultsAt(torn)), { slotBytes: 2_048 })
      isWhole = (await failureOf(dying.write(after))) === 'it did not fail'
      const left = await calm.read()
      outcomes.add(JSON.stringify(left))
      if (isWhole) assert.equal(left, after)
      await calm.write(after)
      assert.equal(await calm.read(), after, 'and it can be written again')
    }
  }
  assert.equal(outcomes, new Set([before, after].map((each) => JSON.stringify(each))))
})

test('any byte of one copy may be wrong', async () => {
  const disk: Disk = { bytes: undefined }
  const journal = createJournal(fileOn(disk, faultsAt()), { slotBytes: 1_024 })
  await journal.write(noted(entry('1')))
  await journal.write(noted(entry('2')))
  const whole = Buffer.from(disk.bytes ?? [])
  const written = whole.indexOf('\n\n', 1_024) - 1_024
  for (let at = 0; at < written; at++) {
    disk.bytes = Buffer.from(whole)
    disk.bytes[1_024 + at] = (whole[1_024 + at] ?? 0) ^ 1
    assert.equal(await journal.read(), noted(entry('1')), `byte ${at}`)
  }
})

test('with both copies damaged it says so, and is not overwritten', async () => {
  const file = path.join(folder, 'damaged.journal')
  writeFileSync(file, 'something else')
  const journal = createJournal(journalFile(file))
  for (const refused of [await failureOf(journal.read()), await failureOf(journal.write(empty))]) {
    assert.instance(refused, GiveUp)
    assert.match(String(refused), /both of its copies are damaged/)
  }
  assert.is(readFileSync(file, 'utf8'), 'something else')
})

test('more than it holds is refused before anything is written', async () => {
  const disk: Disk = { bytes: undefined }
  const journal = createJournal(fileOn(disk, faultsAt()), { slotBytes: 1_024 })
  const refused = await failureOf(journal.write(noted(entry('1', 2_000))))
  assert.match(String(refused), /1 places take \d+ bytes, and 1024 are the most/)
  assert.is(disk.bytes, undefined)
})

test('a folder that can’t be written is named', async () => {
  writeFileSync(path.join(folder, 'file'), '')
  const journal = createJournal(journalFile(path.join(folder, 'file', 'host.journal')))
  const refused = await failureOf(journal.write(empty))
  assert.instance(refused, GiveUp)
  assert.match(String(refused), /^GiveUp: journal .*file\/host\.journal: ENOTDIR/)
})

test.run()
