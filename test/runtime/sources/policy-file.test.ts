import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { configFileOf, loadConfig } from '../../../runtime/config.ts'
import { createMetrics } from '../../../runtime/metrics.ts'
import { policyFileSource } from '../../../runtime/sources/policy-file.ts'
import { eventually } from '../../end-to-end/eventually.ts'
import { handClock } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-policy-'))
process.once('exit', () => rmSync(folder, { recursive: true }))
let files = 0

/** The source at work on a file, and what comes of it. */
function startSource(text: string, outcome: () => Promise<never[]> = async () => []) {
  const name = path.join(folder, `${files++}.yaml`)
  const write = (content: string) => writeFileSync(name, content)
  write(text)
  const sources = { flags: { config: name, 'dns.ttlSeconds': '7' }, env: {} }
  const file = configFileOf(sources)
  if (!file) throw new Error('there is a file')
  const [clock, log, metrics] = [handClock(), quietLog(), createMetrics()]
  const said: string[] = []
  const failed: unknown[] = []
  const stop = new AbortController()
  const source = policyFileSource({
    file,
    config: loadConfig(sources),
    accept: ({ otherwise, rules }) => said.push(`${otherwise}, ${rules.length} rules`),
    onFailure: (error) => failed.push(error),
    clock,
    log,
    metrics,
  })
  const ended = source.start((event) => {
    said.push(event.type)
    return outcome()
  }, stop.signal)
  return {
    write,
    remove: () => rmSync(name),
    log,
    failed,
    said,
    /** Lets it look so many times more. */
    async look(times: number) {
      for (let i = 0; i < times; i++) {
        await eventually(() => assert.equal(clock.waiting().length, 1))
        await clock.pass(1_000)
      }
      await eventually(() => assert.equal(clock.waiting().length, 1))
    },
    lines: () => log.lines.map(([line]) => line.replaceAll(name, 'FILE')),
    valid: async () => (await metrics.configValid.get()).values[0]?.value,
    async end() {
      stop.abort()
      await ended
      return clock.waiting()
    },
  }
}

const denying = 'policy: { otherwise: deny }'
const changed = ['deny, 0 rules', 'io.k2s.policy.changed']
const test = suite('a policy file')

test('that stays as it was says nothing', async () => {
  const { look, said, lines, end } = startSource(denying)
  await look(5)
  assert.equal([said, lines()], [[], []])
  assert.equal(await end(), [])
})

test('that changed is taken over, then told, once', async () => {
  const { look, write, said, lines, end } = startSource('')
  await look(3)
  write(denying)
  await look(5)
  assert.equal([said, lines()], [changed, ['info the policy is another one now']])
  await end()
})

test('that changed between the start of the process and the first look is taken over', async () => {
  const { look, write, said, end } = startSource('')
  write(denying)
  await look(2)
  assert.equal(said, changed)
  await end()
})

test('that changed but says the same is not told', async () => {
  const { look, write, said, end } = startSource(denying)
  await look(2)
  write(`# a comment\n${denying}`)
  await look(3)
  assert.equal(said, [])
  await end()
})

test('that is just being written is not read by halves', async () => {
  const { look, write, said, end } = startSource(denying)
  await look(2)
  for (const part of ['', 'policy:', 'policy: { otherwise: deny }', 'policy: {']) {
    write(part)
    await look(1)
  }
  write(denying)
  await look(3)
  assert.equal(said, [])
  await end()
})

test('that is wrong is told once, and nothing of it is taken over', async () => {
  const { look, write, said, lines, valid, end } = startSource('')
  await look(2)
  write('policy: { otherwise: deny, rules: [{ action: ask }] }')
  await look(5)
  assert.equal(said, [])
  assert.equal(lines(), [
    'error the configuration is left as it was: policy.rules, rule 1, action = "ask": ' +
      'Invalid option: expected one of "allow"|"deny"',
  ])
  assert.is(await valid(), 0)
  write(denying)
  await look(3)
  assert.equal([said, await valid()], [changed, 1])
  await end()
})

test('that went is told once, and changes nothing', async () => {
  const { look, write, remove, said, lines, valid, end } = startSource(denying)
  await look(2)
  remove()
  await look(4)
  assert.equal([said, lines().length, await valid()], [[], 1, 0])
  assert.match(lines()[0] ?? '', /^error the configuration is left as it was: .*FILE: ENOENT/)
  write(denying)
  await look(3)
  assert.equal([said, lines().length, await valid()], [[], 1, 1])
  await end()
})

test('with other changes tells those that need a restart, and takes over the policy', async () => {
  const { look, write, said, log, end } = startSource('')
  await look(2)
  write(`${denying}\nhttp: { port: 1 }\ndns: { ttlSeconds: 9 }\netcd: { password: s3cr3t }`)
  await look(4)
  assert.equal(said, changed)
  const [told] = log.lines
  assert.equal(
    [told?.[0], told?.[1]['keys']],
    ['warn a change of these settings needs a restart', ['etcd.password', 'http.port']],
  )
  assert.not(JSON.stringify(log.lines).includes('s3cr3t'))
  await end()
})

test('whose effect fails tells it and goes on', async () => {
  const { look, write, said, failed, end } = startSource('', () => Promise.reject(new Error('no')))
  write(denying)
  await look(3)
  assert.equal([said, failed.map(String)], [changed, ['Error: no']])
  write('')
  await look(3)
  assert.equal(said.length, 4)
  await end()
})

test('whose effect takes long is looked at all the same', async () => {
  const { look, write, said, end } = startSource('', () => new Promise(() => {}))
  write(denying)
  await look(3)
  write('')
  await look(3)
  assert.equal(said, [...changed, 'allow, 0 rules', 'io.k2s.policy.changed'])
  assert.equal(await end(), [])
})

test.run()
