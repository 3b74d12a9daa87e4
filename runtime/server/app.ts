import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { readBody } from './body.ts'
import { localOnly } from './local-only.ts'
import { shown } from './not-an-event.ts'
import type { Readiness, ServerOptions } from './options.ts'
import { receive } from './receive.ts'
import { foreseen, Refused, unforeseen } from './refused.ts'
import { waitFor } from './wait.ts'

/** Below the second that the kubelet waits by default, so that it sees the reason. */
const readinessWithinMs = 900
/** Below the 10 s that Prometheus waits by default. */
const metricsWithinMs = 5_000

/**
 * What is answered to which request. Each error becomes a {@link Refused} and is answered as
 * `{ "error": "…" }`.
 * @param closing aborts when nobody is to wait any longer
 */
export function createApp(options: ServerOptions, closing: AbortSignal): Express {
  const { functionNames, readiness, metrics, log } = options
  const app = express()
  app.disable('x-powered-by').disable('etag').disable('trust proxy')
  app.set('json replacer', (_: string, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  app.use(headers)

  const receiveEvent = receive(options, closing)
  app
    .route('/')
    .get(index)
    .post(localOnly, readBody, receiveEvent)
    .options(onlyPost)
    .all(onlyGetAndPost)
  app.route('/functions/:name').post(localOnly, known, readBody, receiveEvent).all(onlyPost)
  app.route('/healthz').get(health).all(onlyGet)
  app.route('/readyz').get(ready).all(onlyGet)
  app.route('/metrics').get(scrape).all(onlyGet)
  app.use(nothingHere)
  app.use(refuse)
  return app

  function index(_: Request, response: Response) {
    response
      .type('text/plain')
      .send(
        [
          'POST /                  a CloudEvent, to the functions that take its type',
          `POST /functions/<name>  a CloudEvent, to one of: ${functionNames.join(', ')}`,
          'GET  /healthz           200 while the process is alive',
          'GET  /readyz            200 when synced and the store is reachable, else 503 and why',
          'GET  /metrics           for Prometheus',
          '',
        ].join('\n'),
      )
  }

  function known(request: Request<{ name: string }>, _: Response, next: NextFunction) {
    if (functionNames.includes(request.params.name)) return next()
    const name = shown(request.params.name)
    throw new Refused(410, `there is no function ${name}: there are ${functionNames.join(', ')}`)
  }

  /** Alive: the event loop came by. */
  function health(_: Request, response: Response) {
    response.type('text/plain').send('ok\n')
  }

  async function ready(_: Request, response: Response) {
    const state = await readinessNow()
    response.status(state.ready ? 200 : 503).json(state)
  }

  async function readinessNow(): Promise<Readiness> {
    const patience = { withinMs: readinessWithinMs, what: 'no word on readiness', until: [closing] }
    try {
      return await waitFor(readiness, patience)
    } catch (error) {
      const expected = foreseen(error)
      if (!expected) log.error({ err: error }, 'readiness could not be told')
      return { ready: false, reasons: [(expected ?? unforeseen).message] }
    }
  }

  async function scrape(_: Request, response: Response) {
    const patience = { withinMs: metricsWithinMs, what: 'no metrics', until: [closing] }
    const { contentType, text } = await waitFor(metrics, patience)
    response.set('Content-Type', contentType).send(Buffer.from(text))
  }

  function refuse(error: unknown, request: Request, response: Response, _: NextFunction) {
    const expected = foreseen(error)
    const { status, message, headers } = expected ?? unforeseen
    const fields = { status, method: request.method, path: request.path.slice(0, 200) }
    if (expected) log.warn({ ...fields, reason: message }, 'a request was refused')
    else log.error({ ...fields, err: error }, 'a request failed unexpectedly')
    if (response.headersSent) response.destroy()
    else response.status(status).set(headers).json({ error: message })
  }
}

function headers(_: Request, response: Response, next: NextFunction) {
  response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
  next()
}

/**
 * A request to send events from a browser (CORS) or for a webhook (CloudEvents webhooks, 4.2) gets
 * no consent, and 405 says that there is none to be had.
 */
const onlyPost = notAllowed('POST')
const onlyGet = notAllowed('GET, HEAD')
const onlyGetAndPost = notAllowed('GET, HEAD, POST')

function notAllowed(methods: string) {
  return function methodNotAllowed({ method }: Request) {
    throw new Refused(405, `${method} is not allowed here, only ${methods}`, { Allow: methods })
  }
}

/** Events for an address that doesn't exist are not to be sent again, which 404 would ask for. */
function nothingHere({ method }: Request) {
  throw new Refused(method === 'POST' ? 410 : 404, 'nothing here: GET / tells what there is')
}
