import { createSocket, type Socket } from 'node:dgram'

/**
 * A steady stream of A questions over UDP, every answer of which is looked at. Each comes from a port of its own, as
 * resolvers ask (RFC 5452 9.2), so that kube-proxy takes each for a flow of its own.
 */
export interface DnsLoad {
  /** Questions asked so far. */
  readonly asked: number
  /** Asks no more, and waits for the last answers. */
  stop(): Promise<LoadReport>
}

export interface LoadReport {
  readonly asked: number
  /** `name: what was wrong`; a question without an answer within 2 s counts too. */
  readonly failures: readonly string[]
  /** When those questions were asked: milliseconds since the first one, in order. */
  readonly failedAtMs: readonly number[]
}

export interface LoadOptions {
  readonly address: string
  readonly port: number
  readonly perSecond: number
  /** The next question, and the only addresses that may come back. */
  readonly next: () => { readonly host: string; readonly addresses: readonly string[] }
}

const patienceMs = 2_000

export function startDnsLoad(options: LoadOptions): DnsLoad {
  const { address, port, perSecond, next } = options
  const failures: string[] = []
  const failedAtMs: number[] = []
  type Question = ReturnType<typeof next> & { readonly atMs: number }
  type Asked = Question & { readonly timer: NodeJS.Timeout; readonly socket: Socket }
  const pending = new Map<number, Asked>()
  let asked = 0
  let answered = Promise.withResolvers<void>()

  function settle(id: number, problem: (question: Question) => string | undefined): void {
    const question = pending.get(id)
    if (!question) return
    clearTimeout(question.timer)
    question.socket.close()
    pending.delete(id)
    const found = problem(question)
    if (found !== undefined) {
      failures.push(`${question.host}: ${found}`)
      failedAtMs.push(question.atMs)
    }
    if (pending.size === 0) answered.resolve()
  }

  function onMessage(message: Buffer): void {
    const { id, code, addresses } = readAnswer(message)
    settle(id, (question) => {
      const wanted = question.addresses.toSorted().join(' ')
      const got = addresses.toSorted().join(' ')
      return code === 0 && got === wanted ? undefined : `rcode ${code}, ${got || 'no address'}`
    })
  }

  const startedAt = performance.now()
  const ticking = setInterval(() => {
    const due = ((performance.now() - startedAt) * perSecond) / 1_000
    for (; asked < due; asked++) {
      const id = asked % 65_536
      const question = next()
      const timer = setTimeout(() => settle(id, () => 'no answer'), patienceMs)
      const socket = createSocket('udp4')
      socket.on('message', onMessage)
      socket.on('error', ({ message }) => settle(id, () => message))
      pending.set(id, { ...question, timer, socket, atMs: performance.now() - startedAt })
      socket.send(questionOf(id, question.host), port, address)
    }
  }, 5)

  return {
    get asked() {
      return asked
    },
    async stop() {
      clearInterval(ticking)
      answered = Promise.withResolvers()
      if (pending.size > 0) await answered.promise
      return { asked, failures, failedAtMs: failedAtMs.toSorted((a, b) => a - b) }
    },
  }
}

/** RFC 1035 4.1: a header, then one question of type A, class IN. */
function questionOf(id: number, host: string): Buffer {
  const header = Buffer.alloc(12)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(0x0100, 2) // recursion desired
  header.writeUInt16BE(1, 4)
  const labels = host.split('.').map((label) => Buffer.from(`\0${label}`, 'latin1'))
  for (const label of labels) label[0] = label.length - 1
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])])
}

function readAnswer(message: Buffer): { id: number; code: number; addresses: string[] } {
  const answers = message.readUInt16BE(6)
  let at = afterName(message, 12) + 4
  const addresses: string[] = []
  for (let index = 0; index < answers; index++) {
    at = afterName(message, at)
    const [type, length] = [message.readUInt16BE(at), message.readUInt16BE(at + 8)]
    at += 10
    if (type === 1) addresses.push([...message.subarray(at, at + length)].join('.'))
    at += length
  }
  return { id: message.readUInt16BE(0), code: message.readUInt16BE(2) & 0xf, addresses }
}

/** Labels end with an empty one, or with a pointer to the rest (RFC 1035 4.1.4). */
function afterName(message: Buffer, from: number): number {
  for (let at = from; ; ) {
    const length = message.readUInt8(at)
    if (length === 0) return at + 1
    if (length >= 0xc0) return at + 2
    at += length + 1
  }
}
