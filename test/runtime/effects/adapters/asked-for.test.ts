import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asksResolved } from '../../../../runtime/effects/adapters/asked-for.ts'

const test = suite('whom the C library asks')
const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-asked-'))
test.after(() => rmSync(folder, { recursive: true }))

const stub = 'nameserver 127.0.0.53\noptions edns0 trust-ad\n'
const other = 'nameserver 192.168.1.1\n'

/** hosts line, resolv.conf, whether resolved is asked */
const cases: Readonly<Record<string, readonly [string, string, boolean]>> = {
  'Fedora 33 and newer': [
    'hosts: files myhostname mdns4_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] dns',
    other,
    true,
  ],
  'Debian with libnss-resolve': ['hosts:  files resolve [!UNAVAIL=return] dns', other, true],
  'Ubuntu: by the stub': ['hosts:          files mdns4_minimal [NOTFOUND=return] dns', stub, true],
  'Debian without either': ['hosts: files dns', other, false],
  'resolve comes too late': ['hosts: files dns resolve', other, false],
  'resolve in a comment': ['hosts: files dns # resolve', other, false],
  'a server beside the stub': ['hosts: files dns', stub + other, false],
  'no server': ['hosts: files dns', '', false],
  'resolve alone': ['hosts: resolve files', '', true],
}

for (const [what, [hosts, resolvConf, asked]] of Object.entries(cases)) {
  test(what, async () => {
    const files = {
      nsswitch: path.join(folder, 'nsswitch.conf'),
      resolvConf: path.join(folder, 'resolv.conf'),
    }
    writeFileSync(files.nsswitch, `# A comment\npasswd: files systemd\n${hosts}\nnetworks: files\n`)
    writeFileSync(files.resolvConf, resolvConf)
    assert.is((await asksResolved(files)).asked, asked)
  })
}

test('without the files nobody is asked', async () => {
  const files = { nsswitch: path.join(folder, 'a'), resolvConf: path.join(folder, 'b') }
  assert.is((await asksResolved(files)).asked, false)
})

test.run()
