import { readFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parsePlist } from './plist.ts'

const file = path.join(process.cwd(), 'deploy/host/launchd/io.k2s.dns.host.plist')

const launchd = suite('launchd')

launchd('the property list says what is run, and that it is run again after a fault', () => {
  assert.equal(parsePlist(readFileSync(file, 'utf8')), {
    Label: 'io.k2s.dns.host',
    ProgramArguments: ['/usr/local/bin/k2s-dns', 'host', '--config', '/etc/k2s-dns/config.yaml'],
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ExitTimeOut: 90,
    StandardErrorPath: '/var/log/k2s-dns.log',
    StandardOutPath: '/var/log/k2s-dns.log',
  })
})

for (const broken of [
  '<plist version="1.0"><dict><key>Label</key></dict></plist>',
  '<plist version="1.0"><dict><string>io.k2s</string></dict></plist>',
  '<plist version="1.0"><array><string>one</array></plist>',
  '<plist version="1.0"><string>one</string>',
  '<plist version="1.0"><text>one</text></plist>',
]) {
  launchd(`no property list: ${broken}`, () => assert.throws(() => parsePlist(broken)))
}

launchd.run()
