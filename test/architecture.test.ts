import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findCycle, type Module, parseModule, readModules } from './architecture/module.ts'
import { type Rule, strayPackages, violations } from './architecture/rule.ts'

const cores = [
  'functions/names/**',
  'functions/corefile/**',
  'functions/certificates/**',
  'functions/hosts-file/**',
]
const shipped = ['functions/**', 'runtime/**', 'deploy/**']
const everything = [...shipped, 'bench/**']

/** Which way imports point. What is planted must be seen, or the rule could never fail. */
const rules: readonly (Rule & { readonly planted: Readonly<Record<string, string>> })[] = [
  {
    name: 'a handler knows the public surface and the pure cores',
    files: ['functions/*.ts'],
    except: ['functions/index.ts'],
    only: ['runtime/function.ts', ...cores],
    planted: {
      'functions/a.ts': "import { recordsOf } from '../runtime/effects/records/index.ts'",
      'functions/b.ts': "import { a } from './a.ts'",
      'functions/c.ts': "import type { Etcd3 } from 'etcd3'",
      'functions/d.ts': "export { readFile } from 'node:fs/promises'",
    },
  },
  {
    name: 'the function set lists handlers and nothing else',
    files: ['functions/index.ts'],
    only: ['functions/*.ts'],
    planted: { 'functions/index.ts': "import '../runtime/queue.ts'" },
  },
  {
    name: 'a pure core does no input or output',
    files: cores,
    only: [
      ...cores,
      'zod',
      'tldts',
      'node:crypto#createPrivateKey', // parsers: they open nothing
      'node:crypto#hash',
      'node:crypto#X509Certificate',
      'node:net#BlockList', // a set of networks: it opens nothing
      'node:net#isIP',
      'node:net#SocketAddress', // a parser of addresses: it opens nothing
      'node:url#domainToASCII',
    ],
    planted: {
      'functions/names/a.ts': "import { connect } from 'node:net'",
      'functions/names/b.ts': "import * as net from 'node:net'",
      'functions/names/c.ts': "import type { Clock } from '../../runtime/clock.ts'",
      'functions/corefile/d.ts': "type Etcd = import('etcd3').Etcd3",
    },
  },
  {
    name: 'a pure core reads no clock, no chance and no environment',
    files: cores,
    unused: ['Date.now', 'new Date()', 'performance.now', 'Math.random', 'process.*'],
    planted: {
      'functions/names/a.ts': 'export const at = () => Date.now()',
      'functions/names/b.ts': 'export const at = () => new Date()',
      'functions/names/c.ts': 'export const at = () => performance.now()',
      'functions/names/d.ts': 'const { now } = performance',
      'functions/names/e.ts': 'export const on = process.platform',
      'functions/corefile/f.ts': 'export const any = () => Math.random()',
    },
  },
  {
    name: 'runtime knows no handler: compose.ts and host.ts put them together',
    files: ['runtime/**'],
    except: ['runtime/compose.ts', 'runtime/host.ts'],
    never: ['functions/*.ts'],
    planted: {
      'runtime/dispatcher.ts': "import { functions } from '../functions/index.ts'",
      'runtime/cli/run.ts':
        "const { onReconcile } = await import('../../functions/on-reconcile.ts')",
    },
  },
  {
    name: 'a source knows no effect, no queue and no dispatcher',
    files: ['runtime/sources/**'],
    never: ['runtime/effects/**', 'runtime/queue.ts', 'runtime/dispatcher.ts'],
    planted: {
      'runtime/sources/a.ts': "import '../effects/report.ts'",
      'runtime/sources/kubernetes/b.ts': "import type { Queue } from '../../queue.ts'",
      'runtime/sources/c.ts': "export * from '../dispatcher.ts'",
    },
  },
  {
    name: 'an effect knows no source',
    files: ['runtime/effects/**'],
    never: ['runtime/sources/**'],
    planted: { 'runtime/effects/a.ts': "import { watch } from '../sources/kubernetes/watch.ts'" },
  },
  {
    name: 'only main.ts reads the environment and ends the process',
    files: everything,
    except: ['runtime/main.ts', 'deploy/local/watchdog.ts', 'bench/**'],
    never: ['node:process'],
    unused: ['process.env', 'process.exit', 'globalThis.process'],
    planted: {
      'runtime/config.ts': "export const level = process.env['LOG_LEVEL']",
      'runtime/a.ts': "export const level = process['env']",
      'runtime/b.ts': 'const { env } = process',
      'runtime/c.ts': 'const here = process',
      'runtime/d.ts': "import { env } from 'node:process'",
      'runtime/e.ts': 'globalThis.process.exit(1)',
      'runtime/cli/run.ts': 'process.exit(1)',
    },
  },
  {
    name: 'what is shipped needs no test and no bench',
    files: shipped,
    never: ['test/**', 'bench/**'],
    planted: {
      'runtime/a.ts': "import { seed } from '../test/runner/full.ts'",
      'deploy/local/b.ts': "import '../../bench/floor.ts'",
    },
  },
  {
    name: 'every import is written down',
    files: everything,
    never: ['computed', 'node:module#createRequire'],
    planted: {
      'runtime/a.ts': 'const name = `./b.ts`; await import(name)',
      'runtime/b.ts': "import { createRequire } from 'node:module'",
    },
  },
]

/** Where a package is at home. A package which isn't here is imported by nobody. */
const owners: Readonly<Record<string, readonly string[]>> = {
  '@kubernetes/client-node': ['runtime/clients/kubeconfig-worker.ts'],
  asn1js: ['runtime/credentials/issue-certificate.ts'],
  cloudevents: ['runtime/events.ts', 'runtime/server/**'],
  esbuild: ['deploy/binary/**'],
  etcd3: ['runtime/clients/etcd*.ts', 'bench/**'], // the bench's floor program is one raw put
  express: ['runtime/server/**'],
  'node-cron': ['runtime/sources/schedule.ts'],
  pino: ['runtime/log.ts'],
  pkijs: ['runtime/credentials/issue-certificate.ts'],
  'prom-client': ['runtime/metrics.ts'],
  protobufjs: ['deploy/binary/etcd3-protocol.ts'],
  tldts: cores,
  yaml: ['runtime/config.ts', 'runtime/manifests.ts'],
  zod: ['functions/names/**', 'functions/corefile/**', 'runtime/**'],
}

const modules = readModules(process.cwd(), ['functions', 'runtime', 'deploy', 'bench'])

const tree = suite('the tree')
const planted = suite('a planted violation is seen')
for (const rule of rules) {
  tree(rule.name, () => assert.equal(violations(rule, modules), []))
  planted(rule.name, () => {
    for (const [file, source] of Object.entries(rule.planted)) {
      const seen = violations(rule, [parseModule(file, source)])
      assert.is(seen.length, 1, `${file}: ${source}`)
    }
  })
}

tree('each package has one home', () => assert.equal(strayPackages(owners, modules), []))
for (const [file, source] of [
  ['runtime/effects/records/index.ts', "import type { Etcd3 } from 'etcd3'"],
  ['runtime/cli/run.ts', "await import('@kubernetes/client-node')"],
  ['runtime/page.ts', "import express from 'express'"],
  ['runtime/queue.ts', "import debounce from 'lodash/debounce.js'"],
] as const) {
  planted(`a package away from home: ${source}`, () =>
    assert.is(strayPackages(owners, [parseModule(file, source)]).length, 1),
  )
}

tree('no imports go round in a circle', () => assert.equal(findCycle(modules), []))
planted('a circle of three, by a type, a value and a late import', () => {
  const circle: readonly Module[] = [
    parseModule('runtime/start.ts', "import './a.ts'"),
    parseModule('runtime/a.ts', "import type { B } from './b.ts'"),
    parseModule('runtime/b.ts', "export { c } from './c/c.ts'"),
    parseModule('runtime/c/c.ts', "await import('../a.ts')"),
  ]
  const files = ['runtime/a.ts', 'runtime/b.ts', 'runtime/c/c.ts', 'runtime/a.ts']
  assert.equal(findCycle(circle), files)
})

planted('but not in comments and strings', () => {
  const source = "// import 'etcd3'\nexport const text = `import 'etcd3'; process.exit(1)`"
  const { imports, uses } = parseModule('runtime/a.ts', source)
  assert.equal([imports, uses], [[], []])
})

tree.run()
planted.run()
