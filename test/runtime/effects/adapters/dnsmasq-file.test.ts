import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createDnsmasqFile, serversFor } from '../../../../runtime/effects/adapters/dnsmasq-file.ts'
import { failureOf } from '../../../support/outcome.ts'

const test = suite('the file for dnsmasq')
const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-dnsmasq-'))
test.after(() => rmSync(folder, { recursive: true }))

const file = createDnsmasqFile(path.join(folder, 'dnsmasq.d'))
const servers = serversFor({
  mode: 'split',
  zones: ['cluster.local', 'apps.example'],
  server: { address: '172.19.1.100', port: 53 },
})

test('there is none at first, and none afterwards', async () => {
  assert.equal(await file.read(), { servers: null })
  await file.write({ servers })
  assert.equal(readFileSync(file.path, 'utf8').split('\n').slice(1), [
    'server=/cluster.local/172.19.1.100#53',
    'server=/apps.example/172.19.1.100#53',
    '',
  ])
  assert.equal(await file.read(), { servers })
  await file.write({ servers: null })
  await file.write({ servers: null })
  assert.equal(readdirSync(path.dirname(file.path)), [])
})

test('a line that somebody added is his', async () => {
  await file.write({ servers })
  appendFileSync(file.path, 'address=/double.example/10.0.0.1\n')
  const { servers: read } = await file.read()
  assert.equal((read as readonly unknown[]).at(-1), 'address=/double.example/10.0.0.1')
  await file.write({ servers: read ?? null })
  assert.equal(await file.read(), { servers: read })
  await file.write({ servers: null })
})

test('where it can’t be written, it says so', async () => {
  const refused = await failureOf(createDnsmasqFile('/dev/null/dnsmasq.d').write({ servers }))
  assert.match(String(refused), /GiveUp.*k2s-dns\.conf.*root/)
})

test.run()
