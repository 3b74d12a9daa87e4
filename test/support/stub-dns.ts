import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Answer, decode, encode } from 'dns-packet'

/** What it says of a name: its addresses, a response code (3: NXDOMAIN), or nothing at all. */
export type StubSays = readonly string[] | number | 'silence'

/** A DNS server that says what it is told to; of any other name that there is none. The caller closes it. */
export async function startStubDns(says: Map<string, StubSays>) {
  const socket = createSocket('udp4')
  socket.on('message', (message, { address, port }) => {
    const { id, questions } = decode(message)
    const [question] = questions ?? []
    const said = says.get(question?.name ?? '') ?? 3
    if (said === 'silence' || !question) return
    const flags = 0x0400 | (typeof said === 'number' ? said : 0) // authoritative, and the code
    const type = (data: string) => (data.includes(':') ? 'AAAA' : 'A')
    const answers: Answer[] = (typeof said === 'number' ? [] : said)
      .map((data) => ({ type: type(data), name: question.name, data, ttl: 30 }) as const)
      .filter((answer) => answer.type === question.type)
    socket.send(
      encode({ type: 'response', id: id ?? 0, flags, questions: [question], answers }),
      port,
      address,
    )
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { server: `127.0.0.1:${socket.address().port}`, close: () => socket.close() }
}
