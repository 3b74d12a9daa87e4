// time limit: 1200 s
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { directives } from '../../../functions/corefile/directives.ts'
import { CorefileError } from '../../../functions/corefile/syntax/cursor.ts'
import { parse } from '../../../functions/corefile/syntax/parse.ts'
import { temporaryFolder } from '../../deploy/local/fixtures/processes.ts'
import { realServers } from '../../deploy/local/fixtures/real-servers.ts'
import { full, seed } from '../../runner/full.ts'
import { anyText } from './arbitrary.ts'
import { runCoreDns } from './run-coredns.ts'

const { coredns } = await realServers(['coredns'])
const test = suite('CoreDNS and we')

test('know the same plugins', () => {
  const output = execFileSync(coredns, ['-plugins'], { encoding: 'utf8' })
  assert.equal(output.trim().split(/\s+/).sort(), directives.toSorted())
})

/** What CoreDNS's parser says, before any plugin or zone is looked at. */
const isParserError = (fault = '') =>
  / - (Error during parsing|Syntax error): /.test(fault) && !/\bplugin\//.test(fault)

/** Undefined: that hangs on files which are not there. */
function isAccepted(source: string): boolean | undefined {
  try {
    const { blocks, imports } = parse(source)
    if (imports.some(({ pattern }) => !/^\w+\*$/.test(pattern))) return undefined
    const names = blocks.flatMap((block) => block.directives.map(({ name }) => name))
    return names.every((name) => directives.includes(name))
  } catch (error) {
    if (error instanceof CorefileError) return false
    throw error
  }
}

test('accept the same texts', async () => {
  using folder = temporaryFolder()
  const counts = { accepted: 0, refused: 0 }
  for (const source of fc.sample(anyText, { seed, numRuns: full ? 3_000 : 200 })) {
    const expected = isAccepted(source)
    if (expected === undefined || /:\d|[{][$%]/.test(source)) continue // no other port, no environment
    const fault = await runCoreDns(coredns, folder.path, source)
    assert.is(!isParserError(fault), expected, `${JSON.stringify(source)}: ${fault}`)
    counts[expected ? 'accepted' : 'refused']++
  }
  assert.ok(counts.accepted > 20 && counts.refused > 20, JSON.stringify(counts))
})

test.run()
