import type { OutgoingHttpHeaders } from 'node:http'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { GiveUp, RetryLater } from '../../../runtime/errors.ts'
import type { ServerOptions } from '../../../runtime/server/options.ts'
import { eventHeaders, served } from './served.ts'

interface Row {
  readonly when: string
  readonly line?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
  readonly dispatch?: ServerOptions['dispatch']
  readonly status: number
  /** Exactly these headers must be in the answer. */
  readonly answers?: Readonly<Record<string, string>>
  /** In the answer's body. */
  readonly says?: string
}

const rejects = (error: unknown) => () => Promise.reject(error)
const structured = { 'content-type': 'application/cloudevents+json' }
const event = JSON.stringify({ specversion: '1.0', id: '1', source: '/s', type: 't' })
const megabyte = 1024 * 1024

const rows: Row[] = [
  // done
  { when: 'done, nothing to say', status: 204, says: '' },
  {
    when: 'done, names were refused',
    dispatch: async () => [{ function: 'on-test', answer: { refused: [{ host: 'a' }], at: 5n } }],
    status: 200,
    answers: { 'content-type': 'application/json; charset=utf-8' },
    says: '{"handled":[{"function":"on-test","answer":{"refused":[{"host":"a"}],"at":"5"}}]}',
  },
  {
    when: 'a Knative broker wants an event for an answer or none',
    headers: { prefer: 'respond-async, Reply' },
    dispatch: async () => [{ function: 'on-test', answer: { refused: ['a'] } }],
    status: 204,
    says: '',
  },
  { when: 'structured mode', headers: structured, body: event, status: 204 },
  { when: 'exactly 1 MiB', body: Buffer.alloc(megabyte), status: 204 },
  {
    when: 'compressed',
    headers: { ...structured, 'content-encoding': 'gzip' },
    body: gzipSync(event),
    status: 204,
  },
  { when: 'one function', line: 'POST /functions/on-test', status: 204 },
  { when: 'by the name localhost', headers: { host: 'LocalHost:8080' }, status: 204 },
  { when: 'by IPv6', headers: { host: '[::1]:8080' }, status: 204 },
  // never again
  { when: 'no event', headers: { 'ce-id': '' }, status: 400, says: 'attribute `id` is ``' },
  { when: 'a path of no UTF-8', line: 'POST /functions/%ff', status: 400, says: 'path' },
  { when: 'broken gzip', headers: { 'content-encoding': 'gzip' }, body: 'x', status: 400 },
  { when: 'an attribute twice', headers: { 'ce-id': ['1', '2'] }, status: 400, says: 'sent once' },
  { when: 'DNS rebinding', headers: { host: 'evil.example' }, status: 403, says: '`evil.example`' },
  {
    when: 'DNS rebinding, to one function',
    line: 'POST /functions/on-test',
    headers: { host: 'evil.example' },
    status: 403,
  },
  { when: 'a page in a browser', headers: { origin: 'null' }, status: 403, says: 'browsers' },
  { when: 'an unknown function', line: 'POST /functions/nope', status: 410, says: '`nope`' },
  { when: 'an unknown address', line: 'POST /nope', status: 410 },
  {
    when: 'a batch',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: '[]',
    status: 415,
  },
  { when: 'an unknown encoding', headers: { 'content-encoding': 'x' }, body: 'x', status: 415 },
  { when: 'a type that none takes', dispatch: async () => [], status: 422, says: '`io.k2s.test`' },
  {
    when: 'GiveUp',
    dispatch: rejects(new GiveUp('host is bad')),
    status: 422,
    says: 'host is bad',
  },
  {
    when: 'above 1 MiB',
    body: Buffer.alloc(megabyte + 1),
    status: 413,
    says: '1 MiB',
  },
  {
    when: 'far above 1 MiB, without a length, read to the end so that the answer arrives',
    headers: { 'transfer-encoding': 'chunked' },
    body: Buffer.alloc(20 * megabyte),
    status: 413,
  },
  // again
  {
    when: 'RetryLater',
    dispatch: rejects(new RetryLater('etcd is away')),
    status: 503,
    answers: { 'retry-after': '1' },
    says: 'etcd is away',
  },
  {
    when: 'a defect',
    dispatch: rejects(new TypeError('secret of /etc/key')),
    status: 503,
    answers: { 'retry-after': '1' },
    says: '{"error":"something went wrong here: the log of k2s-dns says what"}',
  },
  {
    when: "another server's 404 is a defect here",
    dispatch: rejects(Object.assign(new Error('x'), { status: 404, expose: true })),
    status: 503,
  },
  {
    when: 'a throw outside of the promise',
    dispatch: () => {
      throw new Error('x')
    },
    status: 503,
  },
  // other methods
  { when: 'a CORS preflight', line: 'OPTIONS /', status: 405, answers: { allow: 'POST' } },
  {
    when: 'a webhook handshake',
    line: 'OPTIONS /functions/on-test',
    headers: { 'webhook-request-origin': 'a.example' },
    status: 405,
    answers: { allow: 'POST' },
  },
  { when: 'PUT', line: 'PUT /', status: 405, answers: { allow: 'GET, HEAD, POST' } },
  { when: 'POST to metrics', line: 'POST /metrics', status: 405, answers: { allow: 'GET, HEAD' } },
  { when: 'PUT to health', line: 'PUT /healthz', status: 405, answers: { allow: 'GET, HEAD' } },
  { when: 'GET of a function', line: 'GET /functions/on-test', status: 405 },
  // reports
  { when: 'the list of paths', line: 'GET /', status: 200, says: 'on-test, on-other' },
  { when: 'health', line: 'GET /healthz', status: 200, says: 'ok' },
  { when: 'health, asked by name', line: 'GET /healthz', headers: { host: 'x' }, status: 200 },
  { when: 'ready', line: 'GET /readyz', status: 200, says: '{"ready":true,"reasons":[]}' },
  {
    when: 'metrics',
    line: 'GET /metrics',
    status: 200,
    answers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    says: 'm 1\n',
  },
  { when: 'nothing there', line: 'GET /nope', status: 404, says: 'GET /' },
]

const test = suite('answers')

for (const { when, line = 'POST /', headers, body, dispatch, status, answers, says } of rows) {
  test(`${status}: ${when}`, () =>
    served({ ...(dispatch && { dispatch }) }, async ({ ask }) => {
      const sent = line.startsWith('POST') && !headers?.['content-type'] ? eventHeaders : {}
      const answer = await ask(line, { ...sent, ...headers }, body)
      assert.is(answer.status, status, answer.body)
      for (const [name, value] of Object.entries(answers ?? {})) {
        assert.is(answer.headers[name], value, name)
      }
      if (says === '') assert.is(answer.body, '')
      else assert.ok(answer.body.includes(says ?? ''), answer.body)
    }))
}

test('nothing in an answer invites a browser or names the software', () =>
  served({}, async ({ ask, post }) => {
    for (const { headers } of [await ask('OPTIONS /'), await post(), await ask('GET /')]) {
      const named = /^(access-control-|webhook-|x-powered-by|etag|server)/
      assert.equal(
        Object.keys(headers).filter((name) => named.test(name)),
        [],
      )
    }
  }))

test('a defect is logged whole, a refusal with its reason', () =>
  served({ dispatch: rejects(new TypeError('x is undefined')) }, async ({ ask, post, logged }) => {
    await post()
    await ask('POST /functions/nope')
    const [defect, refusal] = logged.slice(-2)
    assert.is(defect?.[0], 'error a request failed unexpectedly')
    assert.instance(defect?.[1].err, TypeError)
    assert.is(refusal?.[0], 'warn a request was refused')
    assert.match(`${refusal?.[1].reason}`, 'there is no function `nope`')
  }))

test.run()
