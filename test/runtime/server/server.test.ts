import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { CloudEvent } from 'cloudevents'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createServer } from '../../../runtime/server/server.ts'
import { eventHeaders, send, served } from './served.ts'

const done = [{ function: 'on-test', answer: {} }]
const never = () => new Promise<never>(() => {})

/** A dispatch that tells when it is called, with which event and signal, and ends when told to. */
function held() {
  const called = Promise.withResolvers<{ event: CloudEvent<unknown>; signal: AbortSignal }>()
  const end = Promise.withResolvers<typeof done>()
  const dispatch = (event: CloudEvent<unknown>, { signal }: { signal: AbortSignal }) => {
    called.resolve({ event, signal })
    return end.promise
  }
  return { dispatch, called: called.promise, end: () => end.resolve(done), fail: end.reject }
}

const events = suite('server: events')

events('the event and the name of the function arrive', async () => {
  const seen: unknown[] = []
  const dispatch = async (event: CloudEvent<unknown>, options: { functionName?: string }) => {
    seen.push([event.type, event.data, options.functionName])
    return done
  }
  await served({ dispatch }, async ({ post }) => {
    const json = { 'content-type': 'application/json' }
    await post('/', json, '{"a":1}')
    await post('/functions/on-other', json, '[]')
    assert.equal(seen, [
      ['io.k2s.test', { a: 1 }, undefined],
      ['io.k2s.test', [], 'on-other'],
    ])
  })
})

events('nothing is answered before the event has taken effect', async () => {
  const { dispatch, called, end } = held()
  await served({ dispatch }, async ({ post }) => {
    const order: string[] = []
    const answer = post().then(({ status }) => order.push(`answered ${status}`))
    await called
    await delay(50)
    order.push('done')
    end()
    await answer
    assert.equal(order, ['done', 'answered 204'])
  })
})

events(
  'an event that takes too long is answered 503, and its later failure harms nobody',
  async () => {
    const { dispatch, called, fail } = held()
    await served({ dispatch, answerWithinMs: 30 }, async ({ post, ask }) => {
      const answer = await post()
      assert.is(answer.status, 503)
      assert.is(answer.headers['retry-after'], '1')
      assert.match(answer.body, 'still at work after 30 ms')
      assert.ok((await called).signal.aborted)
      fail(new Error('late'))
      assert.is((await ask('GET /healthz')).status, 200)
    })
  },
)

for (const [prefer, status] of [
  ['wait=60', 204],
  ['reply, wait=60', 204],
  ['wait=0', 503],
  ['waits=60', 503],
] as const) {
  events(`a sender that prefers ${prefer} is answered ${status} in the end`, async () => {
    const { dispatch, called, end } = held()
    await served({ dispatch, answerWithinMs: 30 }, async ({ post }) => {
      const answer = post('/', { prefer })
      await called
      assert.is((await post()).status, 503) // one that came later, and prefers nothing
      end()
      assert.is((await answer).status, status)
    })
  })
}

events('an event without a body', () =>
  served({}, async ({ address }) => {
    const socket = connect(address.port, address.host)
    const headers = Object.entries(eventHeaders).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers.join('')}\r\n`)
    assert.match(await text(socket), /^HTTP\/1.1 204 /)
  }),
)

events('a sender that hangs up ends the waiting only', async () => {
  const { dispatch, called, end } = held()
  await served({ dispatch }, async ({ address, ask }) => {
    const sent = request({ ...address, method: 'POST', headers: eventHeaders, agent: false })
    sent.on('error', () => {})
    sent.end()
    const { signal } = await called
    assert.not(signal.aborted)
    sent.destroy()
    await once(signal, 'abort', { signal: AbortSignal.timeout(2_000) })
    end()
    assert.is((await ask('GET /healthz')).status, 200)
  })
})

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

// Without a network no address is other than loopback: local-only.test.ts has the rule itself.
if (outside !== undefined) {
  events('from another address: reports yes, events no', () =>
    served({ host: '0.0.0.0', dispatch: never }, async ({ address }) => {
      const elsewhere = { host: outside, port: address.port }
      assert.is((await send(elsewhere, 'GET /readyz', {}, '')).status, 200)
      const headers = { ...eventHeaders, host: 'localhost' }
      const answer = await send(elsewhere, 'POST /', headers, '')
      assert.is(answer.status, 403)
      assert.match(answer.body, 'there is no authentication yet')
    }),
  )
}

events.run()

const reports = suite('server: reports')

reports('not ready: 503 and why', () => {
  const readiness = async () => ({ ready: false, reasons: ['etcd is away'], synced: true })
  return served({ readiness }, async ({ ask }) => {
    const { status, body } = await ask('GET /readyz')
    assert.is(status, 503)
    assert.is(body, '{"ready":false,"reasons":["etcd is away"],"synced":true}')
  })
})

reports('readiness that fails is no readiness, and tells no internals', () => {
  const readiness = () => Promise.reject(new TypeError('secret'))
  return served({ readiness }, async ({ ask, logged }) => {
    const { status, body } = await ask('GET /readyz')
    assert.is(status, 503)
    assert.match(body, '"ready":false')
    assert.not.match(body, 'secret')
    assert.is(logged.at(-1)?.[0], 'error readiness could not be told')
  })
})

reports('readiness that hangs is no readiness', () =>
  served({ readiness: never }, async ({ ask }) => {
    const { status, body } = await ask('GET /readyz')
    assert.is(status, 503)
    assert.match(body, 'no word on readiness after 900 ms')
  }),
)

reports('metrics that fail: 503', () =>
  served({ metrics: () => Promise.reject(new Error('secret')) }, async ({ ask }) => {
    const { status, body } = await ask('GET /metrics')
    assert.is(status, 503)
    assert.not.match(body, 'secret')
  }),
)

reports('HEAD is GET without the body', () =>
  served({}, async ({ ask }) => {
    const { status, body } = await ask('HEAD /readyz')
    assert.equal([status, body], [200, ''])
  }),
)

reports.run()

const life = suite('server: life')

const nothing = {
  dispatch: never,
  functionNames: [],
  readiness: never,
  metrics: never,
  log: { info() {}, warn() {}, error() {} },
}

life('a taken port is told with the remedy', () =>
  served({}, async ({ address }) => {
    const second = createServer({ ...address, ...nothing })
    const signal = new AbortController().signal
    const error = await second.start(signal).catch((reason: unknown) => reason)
    assert.match(String(error), `cannot listen on 127.0.0.1:${address.port}: set http.port`)
    await second.close()
  }),
)

life('an aborted signal never starts, an abort later ends', async () => {
  const server = createServer({ host: '127.0.0.1', port: 0, ...nothing })
  const aborted = await server.start(AbortSignal.abort()).catch((reason: Error) => reason.name)
  assert.is(aborted, 'AbortError')
  const controller = new AbortController()
  const address = await server.start(controller.signal)
  controller.abort()
  const refused = await send(address, 'GET /healthz', {}, '').catch((reason: Error) => reason)
  assert.match(String(refused), 'ECONNREFUSED')
  await server.close()
  const again = await server.start(new AbortController().signal).catch((reason: Error) => reason)
  assert.match(String(again), 'was closed')
})

life('close waits for an event under way, on a connection that would be kept', async () => {
  const { dispatch, called, end } = held()
  await served({ dispatch, closeWithinMs: 5_000 }, async ({ address, server }) => {
    const agent = new Agent({ keepAlive: true })
    const sent = request({ ...address, method: 'POST', headers: eventHeaders, agent }).end()
    const response = once(sent, 'response')
    await called
    const began = performance.now()
    const ended: string[] = []
    const closed = ['first', 'second'].map((call) => server.close().then(() => ended.push(call)))
    await delay(50)
    assert.equal(ended, [])
    end()
    const [incoming] = await response
    await text(incoming)
    assert.equal([incoming.statusCode, incoming.headers.connection], [204, 'close'])
    await Promise.all(closed)
    assert.ok(performance.now() - began < 1_000)
    agent.destroy()
  })
})

life('close does not wait for ever: 503 after the deadline', async () => {
  await served({ dispatch: never, closeWithinMs: 50 }, async ({ post, server }) => {
    const answer = post()
    await delay(50)
    await server.close()
    const { status, headers, body } = await answer
    assert.equal([status, headers['retry-after']], [503, '1'])
    assert.match(body, 'k2s-dns is stopping')
  })
})

life('while closing, a request is answered and its connection not kept', () =>
  served({ closeWithinMs: 2_000 }, async ({ address, server }) => {
    const socket = connect(address.port, address.host)
    await once(socket, 'connect')
    const closed = server.close()
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    assert.match(await text(socket), /^HTTP\/1.1 200 .*\r\nConnection: close\r\n.*ok\n$/s)
    await closed
  }),
)

life('close cuts connections that say nothing', () =>
  served({ closeWithinMs: 50 }, async ({ address, server }) => {
    const socket = connect(address.port, address.host)
    socket.on('error', () => {})
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n')
    await once(socket, 'connect')
    await delay(20)
    const ended = once(socket, 'close')
    await server.close()
    await ended
  }),
)

for (const [what, begun] of [
  ['headers', 'POST / HTTP/1.1\r\nHost: localhost\r\n'],
  ['a body', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nx'],
]) {
  life(`${what} that never come to an end: 408`, () =>
    served({ receiveWithinMs: 100 }, async ({ address }) => {
      const socket = connect(address.port, address.host)
      socket.write(begun ?? '')
      assert.match(await text(socket), /^HTTP\/1.1 408 /)
    }),
  )
}

life.run()
