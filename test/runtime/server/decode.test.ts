import { CloudEvent } from 'cloudevents'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, least, structured, structuredText } from './requests.ts'

const b64 = (text: string) => Buffer.from(text).toString('base64')

/** What a well-formed request means: [the rule, the event, its member, the value it must have]. */
type Row = readonly [
  rule: string,
  decode: () => CloudEvent<unknown>,
  member: string,
  value: unknown,
]

function table(name: string, rows: readonly Row[]) {
  const test = suite(`decode: ${name}`)
  for (const [rule, decode, member, value] of rows) {
    test(rule, () => assert.equal(decode()[member], value))
  }
  test.run()
}

const json = 'application/json'
const octets = 'application/octet-stream'
const typed = (type: string, body: string | Buffer) => () => binary({ 'content-type': type }, body)
const header = (name: string, value: string) => () => binary({ [`ce-${name}`]: value })
/** As node:http gives a header whose bytes are UTF-8. */
const raw = (text: string) => Buffer.from(text).toString('latin1')

table('header values (HTTP binding 3.1.3.2)', [
  [
    'percent-encoded UTF-8',
    header('subject', 'Euro%20%E2%82%AC%20%F0%9F%98%80'),
    'subject',
    'Euro € 😀',
  ],
  ['lower-case digits', header('subject', '%e2%82%ac'), 'subject', '€'],
  ['what needed no encoding', header('subject', '%41b'), 'subject', 'Ab'],
  ['one round only', header('subject', '%2541'), 'subject', '%41'],
  ['a lone percent stays', header('subject', '100%'), 'subject', '100%'],
  ['a percent before no digits stays', header('subject', '5%zz%4'), 'subject', '5%zz%4'],
  ['quotes are undone', header('subject', '"a b"'), 'subject', 'a b'],
  ['backslashes within quotes', header('subject', '"a\\"b\\\\c"'), 'subject', 'a"b\\c'],
  ['quotes first, then percent', header('subject', '"%22"'), 'subject', '"'],
  ['a quote within stays', header('subject', 'say "hi'), 'subject', 'say "hi'],
  ['bytes of UTF-8, not encoded', header('subject', raw('größe')), 'subject', 'größe'],
])

table('attributes (CloudEvents 1.0, Context Attributes)', [
  [
    'nanoseconds are kept',
    header('time', '2026-01-31T12:00:00.123456789Z'),
    'time',
    '2026-01-31T12:00:00.123456789Z',
  ],
  [
    'an offset is kept',
    header('time', '2026-01-31t12:00:00+05:30'),
    'time',
    '2026-01-31t12:00:00+05:30',
  ],
  [
    'structured, too',
    () => structured({ time: '2026-01-31T12:00:00.5Z' }),
    'time',
    '2026-01-31T12:00:00.5Z',
  ],
  ['null is unset', () => structured({ subject: null }), 'subject', undefined],
  ['a null extension is unset', () => structured({ ext: null }), 'ext', undefined],
  ['a boolean extension', () => structured({ ext: false }), 'ext', false],
  ['an integer extension', () => structured({ ext: -2147483648 }), 'ext', -2147483648],
  ['an empty extension', header('ext', ''), 'ext', ''],
  ['an extension in a header is a string', header('era', '5'), 'era', '5'],
  ['20 characters', header('abcdefghij0123456789', 'x'), 'abcdefghij0123456789', 'x'],
  [
    'more is merely discouraged',
    header('abcdefghij0123456789x', 'x'),
    'abcdefghij0123456789x',
    'x',
  ],
  [
    'a URI as source',
    header('source', 'https://a.example/b?c#d'),
    'source',
    'https://a.example/b?c#d',
  ],
  ['id, always as sent', () => structured({ id: '0' }), 'id', '0'],
])

table('data in binary mode (HTTP binding 3.1)', [
  [
    'Content-Type is datacontenttype',
    typed('Application/JSON; a=b', '1'),
    'datacontenttype',
    'Application/JSON; a=b',
  ],
  ['JSON, whatever the case', typed('Application/JSON', '{"a":1}'), 'data', { a: 1 }],
  ['a subtype +json', typed('application/vnd.x+JSON', '[1]'), 'data', [1]],
  ['a charset in upper case', typed('application/json;charset=UTF-8', '"€"'), 'data', '€'],
  ['a quoted charset', typed('application/json; charset="utf-8"', '"€"'), 'data', '€'],
  ['another charset', typed('text/plain; charset=ISO-8859-1', Buffer.from([0xe4])), 'data', 'ä'],
  ['a number', typed(json, '42'), 'data', 42],
  ['true', typed(json, 'true'), 'data', true],
  ['false', typed(json, 'false'), 'data', false],
  ['null', typed(json, 'null'), 'data', null],
  ['zero', typed(json, '0'), 'data', 0],
  ['a string stays one', typed(json, '"{}"'), 'data', '{}'],
  ['a leading blank', typed(json, ' \n{"a":1} '), 'data', { a: 1 }],
  ['a byte order mark', typed(json, '\uFEFF{"a":1}'), 'data', { a: 1 }],
  ['text is a string', typed('text/plain', '42'), 'data', '42'],
  ['other types are bytes', typed(octets, Buffer.from([0, 255])), 'data', Buffer.from([0, 255])],
  ['bytes are base64 in JSON', typed(octets, 'hi'), 'data_base64', b64('hi')],
  ['no type: bytes', () => binary({}, '{}'), 'data', Buffer.from('{}')],
  ['an empty type is none', () => binary({ 'content-type': '' }), 'datacontenttype', undefined],
  ['no body: no data', typed(json, ''), 'data', undefined],
])

const members = (given: Record<string, unknown>) => () => structured(given)
const type = (value: string) => () => structured({ data: 'x' }, value)

table('data in structured mode (JSON format 3.1)', [
  ['charset', type('application/cloudevents+json; charset=UTF-8'), 'data', 'x'],
  ['no blank before charset', type('application/cloudevents+json;charset=utf-8'), 'data', 'x'],
  ['whatever the case', type('Application/CloudEvents+JSON'), 'data', 'x'],
  ['an object', members({ data: { a: [1] } }), 'data', { a: [1] }],
  ['false', members({ data: false }), 'data', false],
  ['zero', members({ data: 0 }), 'data', 0],
  ['an empty string', members({ data: '' }), 'data', ''],
  ['null is a value', members({ data: null }), 'data', null],
  ['no data', members({}), 'data', undefined],
  [
    'a string is not parsed again',
    members({ data: '{"a":1}', datacontenttype: json }),
    'data',
    '{"a":1}',
  ],
  ['text of another type', members({ data: '<a/>', datacontenttype: 'text/xml' }), 'data', '<a/>'],
  [
    'bytes',
    members({ data_base64: b64('hi'), datacontenttype: octets }),
    'data',
    Buffer.from('hi'),
  ],
  ['bytes without a type', members({ data_base64: b64('{}') }), 'data', Buffer.from('{}')],
  ['... get none', members({ data_base64: b64('{}') }), 'datacontenttype', undefined],
  [
    'JSON as bytes',
    members({ data_base64: b64('{"a":1}'), datacontenttype: json }),
    'data',
    { a: 1 },
  ],
  ['data_base64: null is unset', members({ data: 1, data_base64: null }), 'data', 1],
  [
    '__proto__ within data is a key',
    () => structuredText(`${JSON.stringify(least).slice(0, -1)},"data":{"__proto__":1}}`),
    'data',
    JSON.parse('{"__proto__":1}'),
  ],
])

const whole = suite('decode: the event')

whole('is a CloudEvent of the package, frozen', () => {
  const event = binary()
  assert.instance(event, CloudEvent)
  assert.throws(() => Object.assign(event, { id: 'other' }), TypeError)
})

whole('headers beside a structured event count for nothing', () => {
  assert.is(structured({ subject: 'inner' }).subject, 'inner')
})

whole('both modes say the same', () => {
  const given = {
    subject: 'a b',
    time: '2026-01-31T12:00:00Z',
    datacontenttype: json,
    data: { a: 1 },
  }
  const encoded = { 'ce-subject': 'a%20b', 'ce-time': given.time, 'content-type': json }
  assert.equal({ ...binary(encoded, '{"a":1}') }, { ...structured(given) })
})

whole('has the time of receipt if it has none of its own', () => {
  const began = Date.now()
  const time = Date.parse(binary().time ?? '')
  assert.ok(time >= began && time <= Date.now())
})

whole('can be printed, whatever it is', () => {
  assert.match(`${structured({ time: '2026-01-31t23:59:59.999999999z' })}`, '2026-01-31')
})

whole.run()
