import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ensureServers } from '../../../deploy/local/build.ts'
import { buildKey, moduleOf, programs } from '../../../deploy/local/server-modules.ts'
import { until } from '../../../deploy/local/until.ts'
import { temporaryFolder } from './fixtures/processes.ts'

const test = suite('finding or building the servers')
const silent = { update: () => undefined, done: () => undefined }

test('what is on PATH is taken as it is, and nothing is built', async () => {
  using folder = temporaryFolder()
  const on = (name: string) => path.join(folder.path, name)
  for (const program of Object.values(programs)) symlinkSync('/bin/true', on(program))
  const env = { PATH: `/nowhere:${folder.path}`, XDG_CACHE_HOME: on('cache') }
  assert.equal(await ensureServers({ env, progress: silent }), {
    etcd: on('etcd'),
    kubeApiserver: on('kube-apiserver'),
    coredns: on('coredns'),
  })
  assert.not(existsSync(on('cache')))
})

test('a folder and a file that is no program are no server', async () => {
  using folder = temporaryFolder()
  writeFileSync(path.join(folder.path, 'coredns'), '', { mode: 0o644 })
  assert.match(
    await failure({ PATH: folder.path, XDG_CACHE_HOME: folder.path }),
    /install Go 1\.26/,
  )
})

test('without Go, and nothing on PATH, one line tells what to do', async () => {
  for (const PATH of ['/nowhere', '', undefined]) {
    using folder = temporaryFolder()
    const env = { XDG_CACHE_HOME: folder.path, ...(PATH !== undefined && { PATH }) }
    const message = await failure(env)
    assert.match(message, /^CoreDNS 1\.14\.7: .* install Go 1\.26 or newer, or put .* on PATH$/)
    assert.not.match(message, '\n')
  }
})

test('Go that is too old: one line tells which is needed and which is there', async () => {
  using folder = temporaryFolder()
  fakeGo(folder.path, 'case "$PWD" in */servers/*) exit 1;; *) echo go1.24.3;; esac')
  const message = await failure({ PATH: folder.path, XDG_CACHE_HOME: folder.path })
  assert.match(message, /^CoreDNS 1\.14\.7: Go 1\.26 or newer is needed and this is go1\.24\.3: /)
  assert.not.match(message, '\n')
})

test('a build that fails says what the compiler said, and leaves nothing half done', async () => {
  using folder = temporaryFolder()
  fakeGo(folder.path, buildsBy('echo "main.go:1: no such thing" >&2; exit 1'))
  const env = { PATH: folder.path, XDG_CACHE_HOME: path.join(folder.path, 'cache') }
  assert.match(await failure(env), /main\.go:1: no such thing/)
  assert.equal(readdirSync(path.join(folder.path, 'cache/k2s-dns/servers')), [])
})

test('is built once, with its progress told, and found the next time', async () => {
  using folder = temporaryFolder()
  fakeGo(folder.path, buildsBy(writesOutput))
  const env = { PATH: `${folder.path}:/bin`, XDG_CACHE_HOME: path.join(folder.path, 'cache') }
  const told: string[] = []
  const progress = {
    update: (line: string) => told.push(line),
    done: (line: string) => told.push(line),
  }
  const first = await ensureServers({ only: ['etcd'], env, progress })
  assert.ok(existsSync(first.etcd))
  assert.ok(
    told.includes('building etcd 3.6.8 and kube-apiserver 1.36.3, once: compiling package 1 of 3'),
  )
  assert.match(told.at(-1) ?? '', /: built in \d+ s, kept in /)

  told.length = 0
  fakeGo(folder.path, 'exit 1')
  const { kubeApiserver } = await ensureServers({ only: ['kubeApiserver'], env, progress })
  assert.is(path.dirname(kubeApiserver), path.dirname(first.etcd))
  assert.equal(told, [])
})

test('two that build at the same time do each other no harm', async () => {
  using folder = temporaryFolder()
  fakeGo(folder.path, buildsBy(writesOutput))
  const env = { PATH: `${folder.path}:/bin`, XDG_CACHE_HOME: path.join(folder.path, 'cache') }
  const build = () => ensureServers({ only: ['coredns'], env, progress: silent })
  const [one, other] = await Promise.all([build(), build()])
  assert.equal(one, other)
  assert.ok(existsSync(one.coredns))
  assert.is(readdirSync(path.join(folder.path, 'cache/k2s-dns/servers')).length, 1)
})

test('what a killed builder left is removed after a day', async () => {
  using folder = temporaryFolder()
  const cache = path.join(folder.path, 'cache/k2s-dns/servers')
  const [old, fresh] = [path.join(cache, 'building-old'), path.join(cache, 'building-fresh')]
  for (const left of [old, fresh]) mkdirSync(left, { recursive: true })
  const dayAgoSeconds = Date.now() / 1000 - 90_000
  utimesSync(old, dayAgoSeconds, dayAgoSeconds)
  fakeGo(folder.path, buildsBy(writesOutput))
  const env = { PATH: `${folder.path}:/bin`, XDG_CACHE_HOME: path.join(folder.path, 'cache') }
  await ensureServers({ only: ['coredns'], env, progress: silent })
  assert.equal([existsSync(old), existsSync(fresh)], [false, true])
})

test('an abort ends the build and leaves nothing half done', async () => {
  using folder = temporaryFolder()
  const begun = path.join(folder.path, 'begun')
  fakeGo(folder.path, buildsBy(`: > ${begun}; exec sleep 60`))
  const env = { PATH: `${folder.path}:/bin`, XDG_CACHE_HOME: path.join(folder.path, 'cache') }
  const stop = new AbortController()
  const { signal } = stop
  const building = ensureServers({ only: ['coredns'], env, progress: silent, signal }).then(
    () => 'built',
    (error: unknown) => error,
  )
  await until('begun', () => existsSync(begun), { deadlineMs: 10_000 })
  const reason = new Error('enough')
  stop.abort(reason)
  assert.is(await building, reason)
  assert.equal(readdirSync(path.join(folder.path, 'cache/k2s-dns/servers')), [])
})

test('another go.sum, go.mod, main.go or flag is another build', () => {
  const { coredns } = moduleOf
  const keys = new Set([buildKey(coredns), buildKey({ ...coredns, ldflags: '-s' })])
  for (const file of ['go.sum', 'go.mod', 'main.go']) {
    using folder = temporaryFolder()
    cpSync(coredns.folder, folder.path, { recursive: true })
    assert.ok(keys.has(buildKey({ ...coredns, folder: folder.path })), 'wherever it is')
    writeFileSync(path.join(folder.path, file), '// changed\n', { flag: 'a' })
    keys.add(buildKey({ ...coredns, folder: folder.path }))
  }
  assert.is(keys.size, 5)
})

test('another program of the same module is another build, of its own main.go', async () => {
  const { kubeApiserver, kubeControllerManager } = moduleOf
  assert.is(kubeApiserver.folder, kubeControllerManager.folder)
  assert.is.not(buildKey(kubeApiserver), buildKey(kubeControllerManager))
  using folder = temporaryFolder()
  fakeGo(folder.path, buildsBy('[ "$8" = ./kube-controller-manager ] && cp /bin/true "$7"'))
  const env = { PATH: `${folder.path}:/bin`, XDG_CACHE_HOME: path.join(folder.path, 'cache') }
  const only = ['kubeControllerManager'] as const
  const built = await ensureServers({ only, env, progress: silent })
  assert.ok(existsSync(built.kubeControllerManager))
})

/** Why CoreDNS can't be had. */
async function failure(env: NodeJS.ProcessEnv): Promise<string> {
  try {
    await ensureServers({ only: ['coredns'], env, progress: silent })
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was found or built')
}

/** What a go does that lists three packages, when it comes to the build itself. */
const buildsBy = (script: string) => `case "$1" in
env) echo go1.26.0;;
list) echo a; echo b; echo c;;
build) echo a >&2; ${script};;
esac`

const writesOutput = 'cp /bin/true "$7"' // as in `go build -v -trimpath -ldflags FLAGS -o FILE ./.`

function fakeGo(folder: string, script: string): void {
  const file = path.join(folder, 'go')
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
}

test.run()
