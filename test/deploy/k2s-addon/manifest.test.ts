import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'

const folder = path.join(process.cwd(), 'deploy/k2s-addon')
const script = (name: string) => readFileSync(path.join(folder, name), 'utf8')

/** Of K2s's addons/addon.manifest.schema.json (commit eaa769c3de92) what this manifest uses. */
const command = z.strictObject({
  cli: z.strictObject({
    examples: z.array(z.strictObject({ cmd: z.string(), comment: z.string() })),
  }),
  script: z.strictObject({ subPath: z.string() }),
})
const manifestSchema = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('AddonManifest'),
  metadata: z.strictObject({ name: z.string(), description: z.string() }),
  spec: z.strictObject({
    implementations: z.array(
      z.strictObject({
        name: z.string(),
        description: z.string(),
        commands: z.strictObject({ enable: command, disable: command }),
      }),
    ),
  }),
})

const addon = suite("K2s's add-on")

addon('the manifest is of the form that K2s wants, and its scripts are there', () => {
  const manifest = manifestSchema.parse(parseYaml(script('addon.manifest.yaml')))
  assert.is(manifest.metadata.name, 'k2s-dns')
  for (const { name, commands } of manifest.spec.implementations) {
    assert.is(name, manifest.metadata.name) // so the folder is flat
    for (const { script } of Object.values(commands)) {
      assert.ok(existsSync(path.join(folder, script.subPath)))
    }
  }
})

addon('hooks have the names that K2s looks for, and each is installed', () => {
  const hooks = readdirSync(path.join(folder, 'hooks'))
  assert.equal(hooks.toSorted(), [
    'k2s-dns.AfterStart.ps1',
    'k2s-dns.BeforeStopK8sNetwork.ps1',
    'k2s-dns.BeforeUninstall.ps1',
  ])
  for (const hook of hooks) assert.match(script('k2s-dns.module.psm1'), `'${hook}'`)
})

addon('a hook throws nothing and ends nothing: K2s would stop half way', () => {
  for (const hook of readdirSync(path.join(folder, 'hooks'))) {
    const text = script(`hooks/${hook}`)
      .replaceAll(/^\s*#.*$/gm, '')
      .trim()
    assert.match(text, /^\$line = try \{\n[^{}]*\}\ncatch \{/)
    assert.not.match(text, /\b(throw|exit|return)\b/)
  }
})

addon.run()
