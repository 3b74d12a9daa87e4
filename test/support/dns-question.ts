import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import {
  type Answer,
  type DecodedPacket,
  decode,
  encode,
  type RecordType,
  streamEncode,
} from 'dns-packet'

export const questionTypes = [
  'A',
  'AAAA',
  'CNAME',
  'TXT',
  'SRV',
  'PTR',
  'MX',
  'NS',
  'SOA',
] as const satisfies readonly RecordType[]

export type QuestionType = (typeof questionTypes)[number]

/** The whole of an answer, of which node:dns shows a part. Records are written as in {@link written}. */
export interface DnsAnswer {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED` … */
  readonly rcode: string
  readonly answers: readonly string[]
  readonly authorities: readonly string[]
  /** Without EDNS's own. */
  readonly additionals: readonly string[]
}

export interface DnsServer {
  readonly address: string
  readonly port: number
}

const timeoutMs = 5_000
const payloadBytes = 4_096

/**
 * Asks a DNS server once by UDP, and by TCP if that was too short for the answer.
 * @param tell the data of a record; default: in short, without priorities and weights
 * @throws Error if there is no answer within 5 s
 */
export async function askDns(
  server: DnsServer,
  name: string,
  type: QuestionType,
  tell: (record: Answer) => string = content,
): Promise<DnsAnswer> {
  const id = Math.floor(Math.random() * 65_536)
  const question = {
    type: 'query' as const,
    id,
    questions: [{ type, name, class: 'IN' as const }],
    additionals: [edns],
  }
  const short = await byUdp(server, encode(question))
  const { flag_tc: cut } = decode(short)
  const whole = cut ? (await byTcp(server, streamEncode(question))).subarray(2) : short
  return answerIn(decode(whole), name, tell)
}

const edns: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: payloadBytes,
  flags: 0,
  options: [],
} as unknown as Answer // its type asks for fields that only decoded ones have

async function byUdp({ address, port }: DnsServer, question: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4')
  try {
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(timeoutMs) })
    socket.send(question, port, address)
    const [message] = (await answered) as [Buffer]
    return message
  } finally {
    socket.close()
  }
}

async function byTcp({ address, port }: DnsServer, question: Buffer): Promise<Buffer> {
  const socket = connect({ host: address, port, timeout: timeoutMs })
  try {
    socket.write(question)
    let received = Buffer.alloc(0)
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer])
      if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) return received
    }
    throw new Error('the server closed the connection before it had answered')
  } finally {
    socket.destroy()
  }
}

function answerIn(
  packet: DecodedPacket,
  name: string,
  tell: (record: Answer) => string,
): DnsAnswer {
  const all = (records: readonly Answer[] = []) =>
    records.filter(({ type }) => type !== 'OPT').map((record) => written(record, name, tell))
  const { rcode } = packet as DecodedPacket & { rcode: string } // set by decode, missing in its type
  return {
    rcode,
    answers: all(packet.answers).sort(),
    authorities: all(packet.authorities),
    additionals: all(packet.additionals).sort(),
  }
}

/** What a client makes of it: its records, with the additional ones behind a plus, or why there are none. */
export function summaryOf({ rcode, answers, additionals }: DnsAnswer): string {
  if (rcode !== 'NOERROR') return rcode
  if (answers.length === 0) return 'NODATA'
  return [answers, additionals]
    .filter(({ length }) => length > 0)
    .map((records) => records.join(', '))
    .join(' + ')
}

/** `A 10.0.0.1`, or `lb.example.org A 10.0.0.1` at another name than was asked for. */
function written(record: Answer, asked: string, tell: (record: Answer) => string): string {
  const what = `${record.type} ${tell(record)}`
  const isElsewhere = record.name.toLowerCase() !== asked.toLowerCase()
  return isElsewhere ? `${record.name} ${what}` : what
}

function content(record: Answer): string {
  if (record.type === 'TXT') return JSON.stringify([record.data].flat().map(String).join(''))
  if (record.type === 'SRV') return `${record.data.port} ${record.data.target}`
  if (record.type === 'MX') return record.data.exchange
  if (record.type === 'SOA') return `minimum ${record.data.minimum}`
  return 'data' in record ? String(record.data) : ''
}
