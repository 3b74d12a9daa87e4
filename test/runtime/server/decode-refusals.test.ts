import type { CloudEvent } from 'cloudevents'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { shown } from '../../../runtime/server/not-an-event.ts'
import { binary, refusalOf, structured, structuredText } from './requests.ts'

/** What is no event, and which words the answer has: [the rule, the request, words]. */
type Row = readonly [rule: string, decode: () => CloudEvent<unknown>, ...words: string[]]

function table(name: string, rows: readonly Row[]) {
  const test = suite(`decode refuses: ${name}`)
  for (const [rule, decode, ...words] of rows) {
    test(rule, () => {
      const refusal = refusalOf(decode)
      for (const word of words) assert.ok(refusal.includes(word), `«${word}» not in: ${refusal}`)
    })
  }
  test.run()
}

const header = (name: string, value?: string | string[]) => () => binary({ [`ce-${name}`]: value })
const member = (name: string, value?: unknown) => () => structured({ [name]: value })
const typed = (type: string, body: string | Buffer) => () => binary({ 'content-type': type }, body)

table('modes and formats (HTTP binding 3)', [
  [
    'a batch',
    () => structuredText('[]', 'application/cloudevents-batch+json'),
    '415 header `content-type`',
    '`application/cloudevents-batch+json`',
    'one event',
  ],
  [
    'a batch, whatever the case',
    () => structuredText('[]', 'Application/CloudEvents-Batch+JSON;charset=utf-8'),
    '415',
  ],
  [
    'another format',
    () => structuredText('x', 'application/cloudevents+avro'),
    '415',
    '+avro',
    '+json',
  ],
  ['no format', () => structuredText('{}', 'application/cloudevents'), '415'],
  ['no media type', () => structuredText('{}', 'json'), '400 header `content-type` is `json`'],
  ['two types in one', () => structuredText('{}', 'application/json, text/plain'), '400'],
  ['a type twice', () => binary({ 'content-type': ['a/b', 'c/d'] }), '400', 'sent once'],
  [
    'neither attributes nor a format',
    () => structuredText('{"a":1}', 'application/json'),
    '400 attribute `specversion` is missing',
    '`ce-specversion`',
    'application/cloudevents+json',
  ],
])

table('attributes (CloudEvents 1.0, Context Attributes)', [
  ['no specversion', header('specversion'), '400 attribute `specversion` is missing'],
  [
    'specversion 2.0',
    header('specversion', '2.0'),
    '400 attribute `specversion` is `2.0`: must be `1.0`',
  ],
  ['specversion 0.3', member('specversion', '0.3'), '`0.3`'],
  ['no id', header('id'), '400 attribute `id` is missing'],
  ['an empty id', header('id', ''), '400 attribute `id` is ``'],
  ['an id of blanks encoded away', header('id', '""'), '400 attribute `id` is ``'],
  ['an id that is null', member('id', null), '400 attribute `id` is missing'],
  ['an id that is a number', member('id', 0), '400 attribute `id` is `0`'],
  ['no source', member('source'), '400 attribute `source` is missing'],
  [
    'a source with a blank',
    header('source', 'a%20b'),
    '400 attribute `source` is `a b`: must be a URI',
  ],
  ['a source beyond ASCII', member('source', '/€'), '400 attribute `source` is `/\\u{20ac}`'],
  ['no type', member('type'), '400 attribute `type` is missing'],
  ['an empty type', member('type', ''), '400 attribute `type`'],
  ['a control character in an id', header('id', '%07'), '400 attribute `id` is `\\u{7}`'],
  ['an empty subject', member('subject', ''), '400 attribute `subject`'],
  [
    'a relative dataschema',
    member('dataschema', '/x'),
    '400 attribute `dataschema` is `/x`',
    'absolute',
  ],
  ['a bad datacontenttype', member('datacontenttype', 'json'), '400 attribute `datacontenttype`'],
  [
    'an attribute sent twice',
    header('id', ['1', '2']),
    '400 header `ce-id` is `1, 2`: must be sent once',
  ],
  [
    'ce-datacontenttype',
    header('datacontenttype', 'a/b'),
    '400 header `ce-datacontenttype`',
    '3.1.1',
  ],
])

table('time (RFC 3339)', [
  ['a word', header('time', 'yesterday'), '400 attribute `time` is `yesterday`: must be a time'],
  ['a number', member('time', 1), '400 attribute `time` is `1`'],
  ['no zone', header('time', '2026-01-31T12:00:00'), '400 attribute `time`'],
  ['a zone without colon', header('time', '2026-01-31T12:00:00+0100'), '400 attribute `time`'],
  ['a zone of 24 hours', header('time', '2026-01-31T12:00:00+24:00'), '400 attribute `time`'],
  ['a blank for T', header('time', '2026-01-31 12:00:00Z'), '400 attribute `time`'],
  ['30 February', header('time', '2026-02-30T12:00:00Z'), '400 attribute `time`'],
  ['hour 24', header('time', '2026-01-31T24:00:00Z'), '400 attribute `time`'],
  [
    'a leap second, which cannot be printed',
    header('time', '2016-12-31T23:59:60Z'),
    '400 attribute `time`',
  ],
])

table('names and values (CloudEvents 1.0, Naming Conventions, Type System)', [
  ['upper case', member('Ext', 'x'), '400 an attribute name is `Ext`: must be lower-case'],
  ['a dash', header('my-ext', 'x'), '400 an attribute name is `my-ext`'],
  ['no name', header('', 'x'), '400 an attribute name is ``'],
  [
    '__proto__',
    () => structuredText('{"specversion":"1.0","id":"1","source":"/s","type":"t","__proto__":{}}'),
    '400 an attribute name is `__proto__`',
  ],
  ['data as a header', header('data', 'x'), '400 an attribute name is `data`: is reserved'],
  ['data_base64 as a header', header('data_base64', 'aGk='), '400 an attribute name'],
  [
    'a method of the package',
    header('validate', 'x'),
    '400 an attribute name is `validate`: is reserved',
  ],
  ['schemaurl of 0.3', header('schemaurl', 'x'), '400', 'reserved'],
  ['an object', member('ext', { a: 1 }), '400 attribute `ext` is an object'],
  ['a list', member('ext', []), '400 attribute `ext` is a list'],
  ['a fraction', member('ext', 1.5), '400 attribute `ext` is `1.5`'],
  ['33 bits', member('ext', 2147483648), '400 attribute `ext` is `2147483648`'],
  ['a control character', header('ext', 'a%0Ab'), '400 attribute `ext` is `a\\u{a}b`'],
  ['a C1 control character', header('ext', '%C2%85'), '400 attribute `ext`'],
  ['half of a pair', member('ext', '\uDEAD'), '400 attribute `ext` is `\\u{dead}`'],
  ['a noncharacter', member('ext', '\uFFFE'), '400 attribute `ext`'],
  ['bytes that are not UTF-8', header('ext', '%C0%A0'), '400 header `ce-ext` is `%C0%A0`: must be'],
  ['raw Latin-1', header('ext', '\xe4'), '400 header `ce-ext` is `\\u{e4}`'],
])

table('bodies and data (JSON format 3)', [
  ['no JSON', () => structuredText('{'), '400 the body is 1 byte: must be JSON'],
  ['nothing', () => structuredText(''), '400 the body is 0 bytes'],
  ['a list', () => structuredText('[]'), '400 the body is a list: must be one JSON object'],
  ['null', () => structuredText('null'), '400 the body is null'],
  [
    'data in both ways',
    () => structured({ data: 1, data_base64: 'aGk=' }),
    '400 `data` beside `data_base64`',
  ],
  ['null data in both ways', () => structured({ data: null, data_base64: 'aGk=' }), '400'],
  [
    'base64 with a line break',
    member('data_base64', 'aG\nk='),
    '400 `data_base64` is 5 bytes: must be base64',
  ],
  ['base64 without padding', member('data_base64', 'aGk'), '400 `data_base64`'],
  ['base64 for URLs', member('data_base64', '-_-_'), '400 `data_base64`'],
  ['a number for base64', member('data_base64', 1), '400 `data_base64`'],
  [
    'an object as text',
    () => structured({ data: {}, datacontenttype: 'text/plain' }),
    '400 `data` is `object`: must be a string',
  ],
  [
    'binary mode, no JSON',
    typed('application/json', 'secret'),
    '400 the data is 6 bytes: must be JSON',
  ],
  [
    'binary mode, no UTF-8',
    typed('text/plain', Buffer.from([0xff])),
    '400 the data is 1 byte: must be text in `utf-8`',
  ],
  ['an unknown charset', typed('text/plain;charset=klingon', 'x'), '415 the charset is `klingon`'],
  [
    'structured in an unknown charset',
    () => structured({}, 'application/cloudevents+json;charset=x'),
    '415',
  ],
])

const values = suite('values in messages')

values('are cut to 80 characters', () => {
  assert.is(shown('x'.repeat(81)), `\`${'x'.repeat(80)}\`…`)
  assert.is(shown('x'.repeat(80)), `\`${'x'.repeat(80)}\``)
})

values('are cut to 80 characters also where they need escapes', () => {
  assert.is(shown('\u0000'.repeat(80)), `\`${'\\u{0}'.repeat(16)}\`…`)
})

values('a source of a megabyte is refused in no time', () => {
  const began = performance.now()
  refusalOf(member('source', `//${'a@'.repeat(250_000)} `))
  refusalOf(member('source', `${'a:'.repeat(250_000)} `))
  refusalOf(header('subject', `"${'\\'.repeat(500_001)}`))
  assert.ok(performance.now() - began < 2_000)
})

values.run()
