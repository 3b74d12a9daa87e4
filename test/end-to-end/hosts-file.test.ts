import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('k2s-dns on a host')

test('its hosts file follows the cluster, and is as before in the end', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-host-'))
  try {
    const etc = path.join(folder, 'etc')
    mkdirSync(etc)
    writeFileSync(path.join(etc, 'hosts'), '127.0.0.1 localhost\r\n# Größe, without an end')
    writeFileSync(path.join(etc, 'resolv.conf'), 'nameserver 127.0.0.1\n')
    const own = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount']
    const scene = path.join(import.meta.dirname, 'hosts-file-scene.ts')
    const script = 'mount --bind "$1" /etc && exec "$2" "$3" "$4"'
    const args = [etc, process.execPath, scene, path.join(folder, 'host.journal')]
    const shell = ['--propagation', 'private', 'sh', '-c', script, 'sh']
    const { stdout } = await promisify(execFile)('unshare', [...own, ...shell, ...args])
    const registry = '172.19.1.100 k2s-registry.local'
    const [noShop, noRegistry] = ['no shop.cluster.local', 'no k2s-registry.local']
    assert.equal(JSON.parse(stdout), [
      ['start', 'exit code 0', '10.0.0.1 shop.cluster.local', registry],
      ['another address', '10.0.0.2 shop.cluster.local', registry],
      ['no such name', noShop, registry],
      ['a name again', '10.0.0.3 shop.cluster.local', registry],
      ['the service stops', 'exit code 0', noShop, noRegistry],
      ['start again', 'exit code 0', '10.0.0.3 shop.cluster.local', registry],
      ['stop', 'exit code 0', noShop, noRegistry],
      ['every byte', 'as before'],
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
test.run()
