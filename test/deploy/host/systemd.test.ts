import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const folder = path.join(process.cwd(), 'deploy/host/systemd')
const units = readdirSync(folder)
const program = '/usr/local/bin/k2s-dns'

/** What systemd itself says of a unit; it wants to see the program, so another one stands for ours. */
async function verified(name: string, unit: string): Promise<string> {
  const copy = mkdtempSync(path.join(tmpdir(), 'k2s-dns-units-'))
  try {
    for (const each of units) {
      const text = each === name ? unit : readFileSync(path.join(folder, each), 'utf8')
      writeFileSync(path.join(copy, each), text.replaceAll(program, process.execPath))
    }
    const args = ['verify', '--man=no', path.join(copy, name)]
    const { stderr } = await promisify(execFile)('systemd-analyze', args).catch(
      (error: { stderr: string }) => error,
    )
    return stderr
  } finally {
    rmSync(copy, { recursive: true })
  }
}

const systemd = suite('units of systemd')
const isHere = spawnSync('systemd-analyze', ['--version']).status === 0
const verify = isHere ? systemd : systemd.skip
for (const name of units) {
  const unit = readFileSync(path.join(folder, name), 'utf8')
  verify(`${name}: systemd has nothing to say against it`, async () =>
    assert.is(await verified(name, unit), ''),
  )
  verify(`${name}: what is wrong in it would be seen`, async () => {
    const wrong = unit.replace('[Service]', '[Service]\nStopAtNight=yes')
    assert.match(await verified(name, wrong), /Unknown key.* 'StopAtNight'/)
  })
}

systemd('restoring at boot comes before the network and before names are asked', () => {
  const unit = readFileSync(path.join(folder, 'k2s-dns-restore.service'), 'utf8')
  assert.match(unit, /^Before=network-pre\.target nss-lookup\.target/m)
  assert.match(unit, /^DefaultDependencies=no$/m)
})

systemd.run()
