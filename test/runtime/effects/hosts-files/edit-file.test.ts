import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type RunCommand, runCommand } from '../../../../runtime/clients/command.ts'
import { RetryLater } from '../../../../runtime/errors.ts'
import { eventually } from '../../../end-to-end/eventually.ts'
import { oddFiles } from '../../../functions/hosts-file/odd-files.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { failureOf } from '../../../support/outcome.ts'
import { aHostsFile, gateway, ours, registry } from './a-hosts-file.ts'

/** Where the other attributes don't matter. */
const without: RunCommand = () => Promise.reject(new RetryLater('there is no cp'))
const localhost = '127.0.0.1 localhost\n'
const asText = (bytes: Uint8Array) => Buffer.from(bytes).toString()
const withOurs = (text: string) => asText(ours(registry)(Buffer.from(text)))

for (const platform of ['linux', 'win32'] as const) {
  const odd = suite(`on ${platform} a hosts file with`)
  for (const [what, bytes] of oddFiles) {
    odd(`${what}: it is as before in the end`, async () => {
      const hosts = aHostsFile(bytes)
      const inode = statSync(hosts.file).ino
      for (const entries of [[registry], [gateway, registry], [registry]]) {
        assert.ok(await hosts.edit(ours(...entries), { platform, run: without }))
        assert.ok(hosts.bytes().equals(ours(...entries)(bytes)))
        assert.not.ok(await hosts.edit(ours(...entries), { platform, run: without }))
      }
      assert.ok(await hosts.edit(ours(), { platform, run: without }))
      assert.ok(hosts.bytes().equals(bytes))
      assert.equal(hosts.names(), ['hosts'])
      if (platform === 'win32') assert.is(statSync(hosts.file).ino, inode)
    })
  }
  odd.run()
}

const kept = suite('a file that is written')
const isRoot = process.getuid?.() === 0

kept('is another one in its place: who reads the old one reads all of it', async () => {
  const hosts = aHostsFile()
  linkSync(hosts.file, path.join(hosts.folder, 'old'))
  rmSync(path.join(hosts.folder, 'old')) // a second name would have it written in place
  const inode = statSync(hosts.file).ino
  await hosts.edit(ours(registry))
  assert.is.not(statSync(hosts.file).ino, inode)
})

kept('keeps its mode, whatever the umask is', async () => {
  const hosts = aHostsFile()
  chmodSync(hosts.file, 0o4676)
  for (const run of [runCommand, without]) {
    await hosts.edit(ours(registry), { run })
    await hosts.edit(ours(), { run })
    assert.is(statSync(hosts.file).mode & 0o7777, 0o4676)
  }
})

if (isRoot) {
  kept('keeps its owner and group, and their bits', async () => {
    const hosts = aHostsFile()
    chownSync(hosts.file, 1234, 4321)
    chmodSync(hosts.file, 0o2640)
    for (const run of [runCommand, without]) {
      await hosts.edit(ours(registry), { run })
      await hosts.edit(ours(), { run })
      const { uid, gid, mode } = statSync(hosts.file)
      assert.equal([uid, gid, mode & 0o7777], [1234, 4321, 0o2640])
    }
  })
}

kept('gets the other attributes by GNU cp, and does without where there is none', async () => {
  const hosts = aHostsFile()
  const ran: string[] = []
  const run: RunCommand = async (program, args) => {
    ran.push(`${program} ${args.slice(0, 3).join(' ')}`)
    throw new RetryLater('spawn cp ENOENT')
  }
  assert.ok(await hosts.edit(ours(registry), { run }))
  assert.equal(ran, ['cp --attributes-only --preserve=all --'])
  assert.is(hosts.text(), withOurs(localhost))
})

kept('stays a symbolic link, and what it leads to is written', async () => {
  const hosts = aHostsFile()
  const elsewhere = path.join(hosts.folder, 'elsewhere')
  mkdirSync(elsewhere)
  writeFileSync(path.join(elsewhere, 'real'), localhost)
  rmSync(hosts.file)
  symlinkSync('elsewhere/real', hosts.file)
  await hosts.edit(ours(registry))
  assert.ok(lstatSync(hosts.file).isSymbolicLink())
  assert.is(readFileSync(path.join(elsewhere, 'real'), 'utf8'), withOurs(localhost))
})

kept('keeps its second name', async () => {
  const hosts = aHostsFile()
  const second = path.join(hosts.folder, 'second')
  linkSync(hosts.file, second)
  await hosts.edit(ours(registry))
  assert.is(readFileSync(second, 'utf8'), withOurs(localhost))
  assert.is(statSync(hosts.file).ino, statSync(second).ino)
})

kept('is never seen half', async () => {
  const hosts = aHostsFile(`${localhost}${'# filled\n'.repeat(20_000)}`)
  const [plain, withIt] = [hosts.text(), withOurs(hosts.text())]
  const seen = { without: 0, with: 0, half: 0 }
  const stop = new AbortController()
  const reading = (async () => {
    while (!stop.signal.aborted) {
      const text = await readFile(hosts.file, 'utf8')
      seen[text === plain ? 'without' : text === withIt ? 'with' : 'half']++
    }
  })()
  await eventually(async () => {
    await hosts.edit(ours(registry))
    await hosts.edit(ours())
    assert.ok(seen.without > 20 && seen.with > 20)
  })
  stop.abort()
  await reading
  assert.is(seen.half, 0)
})
kept.run()

const race = suite('somebody writes meanwhile:')

race('between our look and the exchange', async () => {
  const hosts = aHostsFile()
  let looks = 0
  await hosts.edit((bytes) => {
    if (looks++ === 0) appendFileSync(hosts.file, '10.0.0.9 theirs\n')
    return ours(registry)(bytes)
  })
  assert.is(hosts.text(), withOurs(`${localhost}10.0.0.9 theirs\n`))
  assert.is(looks, 2)
})

for (const platform of ['linux', 'win32'] as const) {
  race(`as many bytes, and the time is the same as before (${platform})`, async () => {
    const hosts = aHostsFile(`${withOurs('')}${localhost}`)
    let looks = 0
    const aTime = new Date(1_000_000_000_000)
    utimesSync(hosts.file, aTime, aTime)
    const edit = (bytes: Uint8Array) => {
      if (looks++ === 0) {
        writeFileSync(hosts.file, hosts.text().replace('127.0.0.1', '127.0.0.9'))
        utimesSync(hosts.file, aTime, aTime)
      }
      return ours()(bytes)
    }
    await hosts.edit(edit, { platform })
    assert.is(hosts.text(), localhost.replace('127.0.0.1', '127.0.0.9'))
  })
}

race('by putting another file there', async () => {
  const hosts = aHostsFile()
  let looks = 0
  await hosts.edit((bytes) => {
    if (looks++ === 0) {
      rmSync(hosts.file)
      writeFileSync(hosts.file, 'another\n')
    }
    return ours(registry)(bytes)
  })
  assert.is(hosts.text(), withOurs('another\n'))
})

race('at the last moment, into the file that goes: it is read from there', async () => {
  const hosts = aHostsFile()
  let renames = 0
  await hosts.edit(ours(registry), {
    rename: (from, to) => {
      if (renames++ === 0) appendFileSync(hosts.file, '10.0.0.9 theirs\n')
      return rename(from, to)
    },
  })
  assert.is(hosts.text(), withOurs(`${localhost}10.0.0.9 theirs\n`))
  assert.equal(hosts.names(), ['hosts'])
})

race('each time: it is given up, and theirs stays', async () => {
  const hosts = aHostsFile()
  const edited = hosts.edit((bytes) => {
    appendFileSync(hosts.file, 'x\n')
    return ours(registry)(bytes)
  })
  assert.match(String(await failureOf(edited)), /RetryLater: .*\/hosts: somebody writes it again/)
  assert.is(hosts.text(), localhost + 'x\n'.repeat(10))
  assert.equal(hosts.names(), ['hosts'])
})

race('before a write in place', async () => {
  const hosts = aHostsFile()
  let looks = 0
  const edit = (bytes: Uint8Array) => {
    if (looks++ === 0) appendFileSync(hosts.file, '10.0.0.9 theirs\n')
    return ours(registry)(bytes)
  }
  await hosts.edit(edit, { platform: 'win32' })
  assert.is(hosts.text(), withOurs(`${localhost}10.0.0.9 theirs\n`))
})
race.run()

const refused = suite('what stands in the way:')
const failure = (hosts: ReturnType<typeof aHostsFile>, more = {}) =>
  hosts.edit(ours(registry), more).then(
    () => 'nothing did',
    (error: unknown) => String(error).replaceAll(hosts.folder, 'ETC'),
  )

refused('no file', async () => {
  const hosts = aHostsFile()
  rmSync(hosts.file)
  assert.is(
    await failure(hosts),
    'GiveUp: hosts file ETC/hosts: ENOENT: there is no such file: create it empty, or name the right one in host.hostsFile.paths',
  )
  assert.equal(hosts.names(), [])
})

refused('a folder', async () => {
  const hosts = aHostsFile()
  rmSync(hosts.file)
  mkdirSync(hosts.file)
  assert.match(await failure(hosts), /it is no file|EISDIR/)
})

refused('a pipe, which is not waited for', async () => {
  const hosts = aHostsFile()
  rmSync(hosts.file)
  execFileSync('mkfifo', [hosts.file])
  assert.match(await failure(hosts), /GiveUp: hosts file ETC\/hosts: it is no file/)
})

refused('more than 8 MiB', async () => {
  const hosts = aHostsFile(Buffer.alloc(8 * 1024 * 1024 + 1))
  assert.match(await failure(hosts), /GiveUp: .* it has 8388609 bytes, 8388608 are read at most/)
})

if (isRoot) {
  refused('the immutable flag', async () => {
    const hosts = aHostsFile()
    execFileSync('chattr', ['+i', hosts.file])
    try {
      assert.is(
        await failure(hosts),
        'GiveUp: hosts file ETC/hosts: EPERM: run this as root; if it is immutable, `chattr -i ETC/hosts` makes it mutable (macOS: `chflags nouchg,noschg ETC/hosts`)',
      )
      assert.equal(hosts.names(), ['hosts'])
    } finally {
      execFileSync('chattr', ['-i', hosts.file])
    }
    assert.is(hosts.text(), localhost)
  })
}

refused('a mount: the file itself is written', async () => {
  const hosts = aHostsFile()
  const inode = statSync(hosts.file).ino
  const busy = () => Promise.reject(Object.assign(new Error('busy'), { code: 'EBUSY' }))
  assert.ok(await hosts.edit(ours(registry), { rename: busy }))
  assert.is(hosts.text(), withOurs(localhost))
  assert.is(statSync(hosts.file).ino, inode)
  assert.equal(hosts.names(), ['hosts'])
})

refused('a full disk: nothing is changed, and it may get better', async () => {
  const hosts = aHostsFile()
  const full = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))
  assert.is(
    await failure(hosts, { rename: full }),
    'RetryLater: hosts file ETC/hosts: ENOSPC: no space is left on its file system',
  )
  assert.is(hosts.text(), localhost)
  assert.equal(hosts.names(), ['hosts'])
})

for (const code of ['EBUSY', 'EPERM', 'EACCES']) {
  const denied = () => {
    throw Object.assign(new Error(code), { code })
  }
  refused(`on Windows another program’s share, for a while (${code})`, async () => {
    const hosts = aHostsFile()
    const clock = handClock()
    let tries = 0
    const edit = (bytes: Uint8Array) => (tries++ < 3 ? denied() : ours(registry)(bytes))
    const edited = hosts.edit(edit, { platform: 'win32', clock })
    for (let waits = 1; waits <= 3; waits++) {
      await eventually(() => assert.ok(tries === waits && clock.waiting().length === 1))
      await clock.pass(100)
    }
    assert.ok(await edited)
    assert.is(hosts.text(), withOurs(localhost))
  })

  refused(`on Windows another program’s share, without an end (${code})`, async () => {
    const hosts = aHostsFile()
    const clock = handClock()
    const failed = failureOf(hosts.edit(denied, { platform: 'win32', clock })).then(String)
    let ended = false
    void failed.finally(() => {
      ended = true
    })
    while (!ended) await clock.pass(100)
    assert.match(
      await failed,
      code === 'EBUSY' ? /RetryLater.*close that/ : /GiveUp.*Administrator/,
    )
  })
}
refused.run()

const crashed = suite('after a crash')

crashed('the file is whole, and what was left behind goes', async () => {
  const hosts = aHostsFile()
  const killed = execFileSync('sh', ['-c', 'echo $$']).toString().trim() // it has ended
  writeFileSync(path.join(hosts.folder, `.hosts.k2s-dns-${killed}`), 'half a fi')
  writeFileSync(path.join(hosts.folder, `.hosts.k2s-dns-${process.pid}`), 'of an earlier one')
  writeFileSync(path.join(hosts.folder, '.hosts.k2s-dns-1'), 'of one that lives')
  writeFileSync(path.join(hosts.folder, '.hosts.k2s-dns-x'), 'not ours')
  await hosts.edit(ours())
  assert.equal(hosts.names(), ['.hosts.k2s-dns-1', '.hosts.k2s-dns-x', 'hosts'])
  assert.is(hosts.text(), localhost)
})
crashed.run()
