import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as adapters from '../../../../../runtime/effects/adapters/powershell/adapters.ts'
import * as rules from '../../../../../runtime/effects/adapters/powershell/rules.ts'
import { commandOf } from '../../../../../runtime/effects/adapters/powershell/script.ts'
import { powershellFaults } from '../../../../support/powershell-faults.ts'

const scripts = Object.entries({ ...adapters, ...rules })

const good = suite('scripts for PowerShell')
for (const [name, script] of scripts) {
  const command = commandOf(script)
  good(`${name}: a parser of PowerShell takes it`, () =>
    assert.equal(powershellFaults(command), []),
  )
  good(`${name}: nothing in it that a command line would have to escape`, () =>
    assert.not.match(command, /["`]/),
  )
  good(`${name}: with room in a command line, which Windows ends at 32,767 characters`, () =>
    assert.ok(command.length < 8_000),
  )
  good(`${name}: none of the aliases that a Windows may lack`, () =>
    assert.not.match(command, /\|\s*(%|\?|where|foreach|select|sort)\s/),
  )
}

/** Each is in place of a script's body: what is inside a frame of braces must not pass by being swallowed. */
const broken = suite('what is no PowerShell is refused')
for (const body of [
  "if ($asked.policy { $answer.policy = 'yes' }",
  '$answer.rules = @(Get-DnsClientNrptRule | ForEach-Object { ',
  "$answer.text = 'no end",
  'foreach ($rule of $rules) { }',
  '$answer.rules = @{ name = }',
  'function { }',
]) {
  broken(body, () =>
    assert.is.not(powershellFaults(commandOf({ does: 'fail', body: `\n  ${body}\n` })).length, 0),
  )
}

good.run()
broken.run()
