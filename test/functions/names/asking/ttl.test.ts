import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseTtl } from '../../../../functions/names/asking/ttl.ts'

const rows: readonly (readonly [text: string, seconds: number | undefined])[] = [
  ['600', 600],
  ['1', 1],
  ['+600', 600],
  ['2147483647', 2_147_483_647],
  ['10m', 600],
  ['1h30m', 5_400],
  ['1h30m15s', 5_415],
  ['1.5h', 5_400],
  ['.5m', 30],
  ['2.m', 120],
  ['1.9s', 1],
  ['2.3h', 8_280], // not a second less, as it were in floating point
  ['0.7s0.3s', 1],
  ['1000ms', 1],
  ['2000000us', 2],
  ['2000000µs', 2],
  ['2000000000ns', 2],
  ['+1m', 60],
  ['0', undefined],
  ['0s', undefined],
  ['999ms', undefined],
  ['-600', undefined],
  ['-10m', undefined],
  ['2147483648', undefined],
  ['596524h', undefined],
  ['1e3', undefined],
  ['1.5', undefined],
  ['0x10', undefined],
  ['1d', undefined],
  ['10 m', undefined],
  ['10m ', undefined],
  ['m', undefined],
  ['.m', undefined],
  ['1m2', undefined],
  ['abc', undefined],
  ['', undefined],
]

const test = suite('a TTL')
for (const [text, seconds] of rows) {
  test(`"${text}" is ${seconds === undefined ? 'none' : `${seconds} s`}`, () =>
    assert.is(parseTtl(text), seconds))
}
test.run()
