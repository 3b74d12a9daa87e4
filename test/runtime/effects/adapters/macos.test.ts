import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Wish } from '../../../../runtime/effects/adapters/driver.ts'
import { createMacos } from '../../../../runtime/effects/adapters/macos.ts'
import { GiveUp } from '../../../../runtime/errors.ts'
import { failureOf } from '../../../support/outcome.ts'
import { replay } from './transcript.ts'

const { signal } = new AbortController()
const zones = ['cluster.local', '1.19.172.in-addr.arpa']
const server = { address: '172.19.1.100', port: 53 }
const split: Wish = { mode: 'split', zones, server }
const unused = () => Promise.reject(new Error('nothing is to be run'))

const macos = suite<{ etc: string; folder: string }>('macOS')
macos.before.each(async (context) => {
  context.etc = await mkdtemp(path.join(tmpdir(), 'k2s-dns-macos-'))
  context.folder = path.join(context.etc, 'resolver')
})
macos.after.each(({ etc }) => rm(etc, { recursive: true }))

macos(
  'split: a file for each zone comes and goes, and nothing else is left',
  async ({ etc, folder }) => {
    const driver = createMacos({ run: unused, folder })
    const places = await driver.places(split, signal)
    assert.equal(
      places.map(({ now }) => now),
      [{ text: null }, { text: null }],
    )
    for (const { id, wanted } of places) {
      await driver.write(id, wanted, signal)
      assert.equal(await driver.read(id, signal), wanted)
    }
    assert.equal((await readdir(folder)).toSorted(), zones.toSorted())
    assert.is(
      await readFile(path.join(folder, 'cluster.local'), 'utf8'),
      '# Written by k2s-dns, and taken away when the cluster stops.\nnameserver 172.19.1.100\n',
    )
    for (const { id, now } of places) await driver.write(id, now, signal)
    assert.equal(await readdir(etc, { recursive: true }), ['resolver'])
  },
)

macos('split: a file of somebody else is put back to the letter', async ({ folder }) => {
  const driver = createMacos({ run: unused, folder })
  const file = path.join(folder, 'cluster.local')
  const theirs = 'nameserver 192.168.64.2\r\n# minikube'
  await driver.write(file, { text: 'made for the folder' }, signal)
  await writeFile(file, theirs)
  const [place] = await driver.places({ ...split, zones: ['cluster.local'] }, signal)
  assert.equal(place?.now, { text: theirs })
  await driver.write(file, place?.wanted ?? {}, signal)
  await driver.write(file, place?.now ?? {}, signal)
  assert.is(await readFile(file, 'utf8'), theirs)
})

macos('split: another port than 53 is a line of its own', async ({ folder }) => {
  const wish = { ...split, server: { address: '127.0.0.1', port: 1053 } }
  const [place] = await createMacos({ run: unused, folder }).places(wish, signal)
  assert.match(String(place?.wanted['text']), /^nameserver 127\.0\.0\.1\nport 1053\n$/m)
})

macos('all: the servers of every service, also of one that is off', async ({ folder }) => {
  const { run, rest } = replay('macos-all')
  const driver = createMacos({ run, folder })
  const places = await driver.places({ ...split, mode: 'all' }, signal)
  const wanted = { servers: ['172.19.1.100'] }
  assert.equal(places, [
    { id: 'service:Wi-Fi', label: 'Wi-Fi', now: { servers: null }, wanted },
    {
      id: 'service:USB 10/100/1000 LAN',
      label: 'USB 10/100/1000 LAN',
      now: { servers: ['10.0.0.53', '2001:db8::53'] },
      wanted,
    },
    { id: 'service:Bluetooth PAN', label: 'Bluetooth PAN', now: { servers: null }, wanted },
  ])
  const [wifi, lan] = places
  assert.ok(wifi && lan)
  await driver.write(wifi.id, wifi.wanted, signal)
  await driver.write(wifi.id, wifi.now, signal)
  await driver.write(lan.id, lan.now, signal)
  await driver.flush(signal)
  assert.equal(rest, [])
})

macos('all: a service that is there no more is no place', async ({ folder }) => {
  const { run } = replay('macos-all')
  assert.is(await createMacos({ run, folder }).read('service:iPhone USB', signal), undefined)
})

macos('all: another port is refused, with the remedy', async ({ folder }) => {
  const wish: Wish = { mode: 'all', zones, server: { address: '127.0.0.1', port: 1053 } }
  const error = await failureOf(createMacos({ run: unused, folder }).places(wish, signal))
  assert.instance(error, GiveUp)
  assert.match((error as Error).message, /a network service can't name a port/)
})

macos('without rights it says whose are needed', async ({ folder }) => {
  const { run } = replay('macos-no-rights')
  const servers = ['172.19.1.100']
  const error = await failureOf(
    createMacos({ run, folder }).write('service:Wi-Fi', { servers }, signal),
  )
  assert.instance(error, GiveUp)
  assert.match((error as Error).message, /run k2s-dns with sudo$/)
})

macos.run()
