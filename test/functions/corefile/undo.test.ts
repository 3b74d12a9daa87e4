import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ensure } from '../../../functions/corefile/ensure.ts'
import { undo } from '../../../functions/corefile/undo.ts'
import { aWish, fixture } from './fixtures.ts'

const both = aWish(['cluster.local', 'apps.example'])
function edited(name: string): string {
  const outcome = ensure({ corefile: fixture(name) }, both)
  if (outcome.kind !== 'edited') throw new Error(outcome.kind)
  return outcome.configuration.corefile
}
function undone(corefile: string): string {
  const outcome = undo({ corefile })
  return outcome.kind === 'undone' ? outcome.configuration.corefile : outcome.reason
}

const test = suite('undo')

test('leaves alone what is not ours', () => {
  assert.is(undone(fixture('k2s-registry')), fixture('k2s-registry'))
})

/** What somebody does to the file, and the same done to the original. */
const meanwhile: readonly (readonly [
  what: string,
  name: string,
  change: (text: string) => string,
])[] = [
  ["K2s's add-on adds its host", 'k2s-1.8', addHost],
  ["K2s's add-on takes its host out", 'k2s-registry', removeHost],
  ["K2s's add-on takes carriage returns out", 'kubeadm-crlf', (text) => text.replaceAll('\r', '')],
  [
    'a server block is added below',
    'kubeadm-1.28',
    (text) => `${text}\n\nx.example {\n  whoami\n}\n`,
  ],
  ['a server block is added above', 'kubeadm-1.36', (text) => `x.example {\n  whoami\n}\n${text}`],
  ['lines go', 'kubeadm-1.28', (text) => text.replace('    loop\n    reload\n', '')],
]
for (const [what, name, change] of meanwhile) {
  test(`keeps what others did: ${what}`, () => {
    assert.is(undone(change(edited(name))), change(fixture(name)))
  })
}

test('keeps a block that was added below a file without a last line end', () => {
  const below = '\nx.example {\n  whoami\n}\n'
  const original = fixture('kubeadm-no-last-newline')
  assert.is(undone(edited('kubeadm-no-last-newline') + below), original + below)
})

test('is refused if somebody changed a line of ours, and says where', () => {
  const changed = edited('kubeadm-1.28').replace('path /skydns', 'path /other')
  assert.match(undone(changed), /Corefile, line 15: somebody has changed lines/)
  const outcome = ensure({ corefile: changed }, both)
  assert.is(outcome.kind, 'refused')
})

test('is refused if somebody took one of our comments out', () => {
  const lines = edited('kubeadm-1.28').split('\n')
  const last = lines.findLastIndex((line) => line.includes('k2s-dns: end'))
  assert.match(undone(lines.toSpliced(last, 1).join('\n')), /somebody has changed lines/)
  const first = lines.findIndex((line) => line.includes('k2s-dns: end'))
  assert.match(undone(lines.toSpliced(first, 1).join('\n')), /somebody has changed lines/)
})

test("has no line of ours that K2s's scripts edit", () => {
  const text = edited('kubeadm-1.28')
  const like = (line: RegExp) => text.split('\n').filter((each) => line.test(each))
  assert.is(like(/^\s*prometheus :9153/).length, 1)
  assert.equal(like(/k2s\.(cluster|registry)\.local/), [])
  assert.ok(text.includes('etcd cluster.local'))
})

/** As Add-CoreDNSHostEntry does (addons/addons.module.psm1). */
function addHost(text: string): string {
  const lines = text.split('\n')
  const anchor = lines.findIndex((line) => line.includes('k2s.cluster.local'))
  return lines.toSpliced(anchor + 1, 0, '    172.19.1.100 k2s.registry.local').join('\n')
}

/** As Remove-CoreDNSHostEntry does. */
function removeHost(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes('k2s.registry.local'))
    .join('\n')
}

test.run()
