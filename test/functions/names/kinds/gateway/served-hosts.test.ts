import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  intersection,
  servedHosts,
} from '../../../../../functions/names/kinds/gateway/served-hosts.ts'
import { seed } from '../../../../runner/full.ts'

/** Of Gateway API: HTTPRouteSpec.hostnames, TLSRouteSpec.hostnames and their conformance tests. */
const rows: readonly (readonly [route: string, listener: string, both: string | undefined])[] = [
  ['test.example.com', 'test.example.com', 'test.example.com'],
  ['*.example.com', 'test.example.com', 'test.example.com'],
  ['test.example.com', '*.example.com', 'test.example.com'],
  ['foo.test.example.com', '*.example.com', 'foo.test.example.com'],
  ['*.example.com', '*.example.com', '*.example.com'],
  ['example.com', '*.example.com', undefined],
  ['test.example.net', '*.example.com', undefined],
  ['test.example.com', 'other.example.com', undefined],
  ['*.specific.com', 'very.specific.com', 'very.specific.com'],
  ['*.nonmatchingwildcard.io', '*.wildcard.io', undefined],
  ['notwildcard.io', '*.wildcard.io', undefined],
  ['a.notwildcard.io', '*.wildcard.io', undefined],
  ['*.com', '*.example.com', '*.example.com'],
  ['*.example.com', '*.com', '*.example.com'],
  ['abc.example.com', '*.com', 'abc.example.com'],
  ['*.b.com', 'a.b.com', 'a.b.com'],
  ['', '*.example.com', '*.example.com'],
  ['test.example.com', '', 'test.example.com'],
  ['', '', ''],
]

const test = suite('the hosts that listeners serve')
for (const [route, listener, both] of rows) {
  test(`"${route}" at a listener of "${listener}": ${both ?? 'none'}`, () => {
    assert.is(intersection(route, listener), both)
    assert.is(intersection(listener, route), both)
  })
}

const label = fc.constantFrom('a', 'b', 'aa')
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
const pattern = fc.oneof(
  name,
  name.map((each) => `*.${each}`),
  fc.constant(''),
)
const isIn = (host: string, set: string) =>
  set === '' || set === host || (set.startsWith('*.') && host.endsWith(set.slice(1)))

test('what is in both is in what they have in common, and nothing else', () => {
  fc.assert(
    fc.property(pattern, pattern, name, (a, b, host) => {
      const both = intersection(a, b)
      assert.is(both !== undefined && isIn(host, both), isIn(host, a) && isIn(host, b))
    }),
    { seed, numRuns: 2000 },
  )
})

const listeners = (...hostnames: (string | null)[]) =>
  hostnames.map((hostname) => ({ name: 'any', hostname }))

test('is what it has in common with any of them, each once', () => {
  const both = servedHosts('*.a.local', listeners('x.a.local', 'y.a.local', 'x.a.local', 'b.local'))
  assert.equal(both, ['x.a.local', 'y.a.local'])
})

test('upper case and a trailing dot, as annotations may have them, make no difference', () => {
  assert.equal(servedHosts('A.Local.', listeners('a.LOCAL')), ['a.local'])
})

test('a listener of null takes any', () => {
  assert.equal(servedHosts('a.local', listeners(null)), ['a.local'])
})

test('what is no host stays as it is, to be refused as that', () => {
  for (const text of ['-a.local', 'A_b.local', '10.0.0.1', '', '*x.local']) {
    assert.equal(servedHosts(text, listeners('b.local')), [text])
  }
})

test.run()
