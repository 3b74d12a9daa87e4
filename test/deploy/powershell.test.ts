import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { powershellFaults } from '../support/powershell-faults.ts'

const folder = path.join(process.cwd(), 'deploy')
const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.psm?1$/.test(file),
)

const powershell = suite('scripts for PowerShell that are deployed')
powershell('they are found', () => assert.ok(scripts.length >= 9))
for (const script of scripts) {
  powershell(`${script}: a parser of PowerShell takes it`, () =>
    assert.equal(powershellFaults(readFileSync(path.join(folder, script), 'utf8')), []),
  )
}
powershell.run()
