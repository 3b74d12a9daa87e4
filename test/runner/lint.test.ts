import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const root = process.cwd()

const elsewhere = `
  export async function save(): Promise<void> {}
  export interface Port { save(): Promise<void> }
  export type Handler = (name: string) => Promise<void>
  export class Store { async close() {} }
`

/** Each is a file's last statement; the rule is what must be said of it. */
const planted: readonly (readonly [rule: string, source: string])[] = [
  ['no-floating-promises', 'save()'],
  ['no-floating-promises', 'save().then(() => 1)'],
  ['no-floating-promises', 'new Store().close()'],
  ['no-floating-promises', 'class Own { async a() {} b() { this.a() } }; new Own().b()'],
  ['no-floating-promises', ';(async () => {})()'],
  ['no-floating-promises', 'delay(5)'],
  ['no-floating-promises', "new Map<string, Handler>().get('a')?.('b')"],
  ['no-floating-promises', 'export const f = ({ save }: Pick<Port, "save">) => { save() }'],
  ['no-floating-promises', "export const f = (etcd: Etcd3) => { etcd.put('a').value('b') }"],
  ['no-misused-promises', 'setTimeout(save, 1)'],
  ['no-misused-promises', 'if (save()) throw new Error()'],
  [
    'switch-exhaustiveness-check',
    'export const f = (a: 1 | 2) => { switch (a) { case 1: return } }',
  ],
  ['no-explicit-any', 'export const a: any = 1'],
  ['no-unsafe-assignment', "export const a = JSON.parse('1')"],
]

const imports = `
  import { setTimeout as delay } from 'node:timers/promises'
  import type { Etcd3 } from 'etcd3'
  import { type Handler, type Port, save, Store } from './elsewhere.ts'
  export const used = [delay, save, Store] as const
  export type Used = Etcd3 | Handler | Port
`

const test = suite('lint')

test('is part of npm run check', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  assert.match(scripts.check, /\boxlint\b/)
})

test('finds what is planted, each in a file of its own', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-lint-'))
  try {
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
    const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text)
    write('tsconfig.json', JSON.stringify({ extends: `${root}/tsconfig.json`, include: ['.'] }))
    write('package.json', '{ "type": "module" }')
    write('elsewhere.ts', elsewhere)
    write('innocent.ts', `${imports}\nawait save()`)
    for (const [index, [, source]] of planted.entries()) write(`${index}.ts`, imports + source)

    const found = await lint(folder, ['innocent.ts', ...planted.map((_, index) => `${index}.ts`)])
    for (const [index, [rule, source]] of planted.entries()) {
      assert.ok(found.includes(`${index}.ts ${rule}`), `${rule} is seen in: ${source}`)
    }
    assert.equal(new Set(found).size, planted.length, found.join('\n'))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** @returns a line for each finding, as in `3.ts no-floating-promises` */
async function lint(folder: string, files: readonly string[]): Promise<string[]> {
  const oxlint = path.join(root, 'node_modules/.bin/oxlint')
  const args = ['--config', path.join(root, '.oxlintrc.json'), '--format', 'json', ...files]
  const report = await new Promise<string>((resolve) => {
    execFile(oxlint, args, { cwd: folder }, (_exitCode, stdout) => resolve(stdout))
  })
  const { diagnostics } = JSON.parse(report) as {
    diagnostics: readonly { readonly filename: string; readonly code: string }[]
  }
  return diagnostics.map(({ filename, code }) => `${filename} ${/\((.*)\)/.exec(code)?.[1]}`)
}

test.run()
