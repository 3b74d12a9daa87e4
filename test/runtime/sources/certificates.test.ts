import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { judge } from '../../../functions/certificates/judge.ts'
import { credentialFiles } from '../../../runtime/credentials/files.ts'
import { judged } from '../../../runtime/credentials/provider.ts'
import { createMetrics } from '../../../runtime/metrics.ts'
import { certificatesSource } from '../../../runtime/sources/certificates.ts'
import { eventually } from '../../end-to-end/eventually.ts'
import { handClock } from '../../support/hand-clock.ts'
import { pki } from '../../support/pki.ts'
import { quietLog } from '../../support/quiet-log.ts'

const root = mkdtempSync(path.join(tmpdir(), 'k2s-dns-certificates-'))
process.once('exit', () => rmSync(root, { recursive: true }))
const make = pki(root)
const ca = make('etcd-ca', { isCa: true })
const newCa = make('etcd-ca', { isCa: true })
const first = make('k2s-dns', { by: ca })
const second = make('k2s-dns', { by: ca })
const ofNewCa = make('k2s-dns', { by: newCa })
const madeAt = Date.now()
const password = 's3cr3t'
let folders = 0

interface Texts {
  readonly ca: string
  readonly cert: string
  readonly key: string
}
const before: Texts = { ca: ca.cert, cert: first.cert, key: first.key }

/** The source at work on files in a folder of its own, and what comes of it. */
async function startSource({ aheadMs = 0 } = {}) {
  const folder = path.join(root, `${folders++}`)
  mkdirSync(folder)
  const file = (name: string) => path.join(folder, name)
  const files = { ca: file('ca'), cert: file('cert'), key: file('key') }
  const beside = { ...files, password } // as the settings have it
  const write = (texts: Partial<Texts>) => {
    for (const [name, text] of Object.entries(texts)) writeFileSync(file(name), text)
  }
  write(before)
  const hand = handClock()
  const clock = { ...hand, date: () => new Date(madeAt + aheadMs + hand.now()) }
  const [log, metrics] = [quietLog(), createMetrics()]
  const said: string[] = []
  const shown: (number | undefined)[] = []
  const failed: unknown[] = []
  const stop = new AbortController()
  const provider = credentialFiles(beside)
  const source = certificatesSource({
    providers: [
      {
        provider,
        inUse: await judged(() => provider.read(), clock),
        show: ({ certificates }) => shown.push(...certificates.map(({ daysLeft }) => daysLeft)),
      },
    ],
    onFailure: (error) => failed.push(error),
    clock,
    log,
    metrics,
  })
  const ended = source.start(async (event) => {
    said.push(event.type)
    return []
  }, stop.signal)
  return {
    folder,
    file,
    write,
    said,
    shown,
    /** Lets it look so many times more, or lets so much time pass. */
    async look(times: number, eachMs = 1_000) {
      for (let i = 0; i < times; i++) {
        await eventually(() => assert.is(hand.waiting().length, 1))
        await hand.pass(eachMs)
      }
      await eventually(() => assert.is(hand.waiting().length, 1))
    },
    lines: () => log.lines.map(([line]) => line.replaceAll(folder, 'FOLDER')),
    valid: async () => (await metrics.certificatesValid.get()).values[0]?.value,
    async end() {
      stop.abort()
      await ended
      assert.equal([hand.waiting(), failed], [[], []])
      assert.not.match(JSON.stringify(log.lines), password)
    },
  }
}

const rotated = 'io.k2s.cert.rotated'
const taken = 'info the certificates are others now'
const left = 'error the certificates in use are kept: '
const test = suite('certificate files')

test('that stay as they were say nothing', async () => {
  const { look, said, lines, valid, end } = await startSource()
  await look(4)
  assert.equal([said, lines(), await valid()], [[], [], 1])
  await end()
})

test('that hold a new pair are told of once', async () => {
  const { look, write, said, lines, end } = await startSource()
  await look(3)
  write({ cert: second.cert, key: second.key })
  await look(4)
  assert.equal([said, lines()], [[rotated], [taken]])
  await end()
})

test('that changed after the connection was made and before the first look are told of', async () => {
  const { look, write, said, end } = await startSource()
  write({ cert: second.cert, key: second.key })
  await look(3)
  assert.equal(said, [rotated])
  await end()
})

test('of which only one is written yet are left alone, and told of once both are', async () => {
  const { look, write, said, lines, valid, end } = await startSource()
  await look(3)
  write({ cert: second.cert })
  await look(3)
  assert.equal([said, await valid()], [[], 0])
  write({ key: second.key.slice(0, 40) })
  await look(3)
  assert.equal(said, [])
  write({ key: second.key })
  await look(3)
  assert.equal([said, await valid()], [[rotated], 1])
  assert.equal(lines(), [
    `${left}the key does not belong to the certificate`,
    `${left}key: it ends within a PEM block`,
    taken,
  ])
  await end()
})

test('that vanish are told of, and say nothing when they are back', async () => {
  const { look, file, write, said, lines, end } = await startSource()
  await look(3)
  rmSync(file('key'))
  await look(3)
  write({ key: first.key })
  await look(3)
  assert.equal(said, [])
  assert.equal(lines(), [`${left}ENOENT: no such file or directory, open 'FOLDER/key'`])
  await end()
})

test('that are turned by a symbolic link, as the kubelet does, are told of once', async () => {
  const { look, folder, file, said, lines, end } = await startSource()
  const turnTo = (name: string, texts: Texts) => {
    mkdirSync(path.join(folder, name))
    for (const [each, text] of Object.entries(texts)) writeFileSync(file(`${name}/${each}`), text)
    symlinkSync(name, file('..new'))
    renameSync(file('..new'), file('..data'))
  }
  turnTo('..1', before)
  for (const name of ['ca', 'cert', 'key']) {
    rmSync(file(name))
    symlinkSync(path.join('..data', name), file(name))
  }
  await look(3)
  turnTo('..2', { ca: ca.cert, cert: second.cert, key: second.key })
  await look(3)
  assert.equal([said, lines()], [[rotated], [taken]])
  await end()
})

test('that roll to a new CA are told of at each step, and the way that leaves it out is refused', async () => {
  const { look, write, said, lines, end } = await startSource()
  await look(3)
  write({ cert: ofNewCa.cert, key: ofNewCa.key })
  await look(3)
  assert.equal(said, [])
  write({ ca: ca.cert + newCa.cert })
  await look(3)
  write({ ca: newCa.cert })
  await look(3)
  assert.equal(said, [rotated, rotated])
  assert.equal(lines(), [`${left}CN=k2s-dns comes from no CA of the CA’s file`, taken, taken])
  await end()
})

test('whose certificate begins later are told of when it does', async () => {
  const { look, write, said, end } = await startSource({ aheadMs: -86_400_000 })
  write({ cert: second.cert, key: second.key })
  await look(3)
  assert.equal(said, [])
  await look(1, 86_400_000)
  await look(2)
  assert.equal(said, [rotated])
  await end()
})

test('are shown anew each day near their end, and after it', async () => {
  const { look, shown, lines, end } = await startSource({ aheadMs: 363.5 * 86_400_000 })
  await look(5)
  assert.equal(shown, [1, 1])
  await look(1, 86_400_000)
  await look(3)
  assert.equal([shown, lines()], [[1, 1, 0, 0], []])
  await look(1, 86_400_000)
  await look(3)
  assert.equal(shown, [1, 1, 0, 0, -1, -1])
  assert.match(String(lines()), /^error .*CN=k2s-dns ended at/)
  await end()
})

test('of several providers are told of each, and count as valid if all are', async () => {
  const clock = { ...handClock(), date: () => new Date(madeAt) }
  const metrics = createMetrics()
  const said: string[] = []
  const pairs = [first, second]
  const providers = pairs.map((pair, i) => {
    const read = async () => ({ ca: ca.cert, pair: pairs[i] })
    const provider = { parts: {}, read, latest: read, follow: async () => undefined }
    return { provider, inUse: judge({ ca: ca.cert, pair }, clock.date()), show: () => undefined }
  })
  const stop = new AbortController()
  const ended = certificatesSource({
    providers,
    onFailure: (error) => assert.unreachable(String(error)),
    clock,
    log: quietLog(),
    metrics,
  }).start(async (event) => {
    said.push(event.type)
    return []
  }, stop.signal)
  const look = async () => {
    for (let i = 0; i < 3; i++) {
      await eventually(() => assert.is(clock.waiting().length, 2))
      await clock.pass(1_000)
    }
    return [said.length, (await metrics.certificatesValid.get()).values[0]?.value]
  }
  assert.equal(await look(), [0, 1])
  pairs[0] = { ...first, key: second.key }
  assert.equal(await look(), [0, 0])
  pairs[1] = first
  assert.equal(await look(), [1, 0])
  pairs[0] = first
  assert.equal(await look(), [1, 1])
  stop.abort()
  await ended
})

test.run()
