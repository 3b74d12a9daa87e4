import { isIP, SocketAddress } from 'node:net'
import { hostPort } from '../../host-port.ts'

/** A server on systemd-resolved's D-Bus (`iayqs`): family, address, port, its name for TLS. Port 0 is the usual one. */
export type BusServer = readonly [
  family: number,
  address: readonly number[],
  port: number,
  name: string,
]

const families = { 4: 2, 6: 10 } as const // AF_INET, AF_INET6

/** As `resolvectl` writes it: `10.0.0.1`, `10.0.0.1:5300`, `[fd00::1]:5300#dns.example`. */
export function printServer([, bytes, port, name]: BusServer): string {
  const address = printAddress(bytes)
  const withPort = port === 0 || port === 53 ? address : hostPort(address, port)
  return name === '' ? withPort : `${withPort}#${name}`
}

/** @throws TypeError if it is not what {@link printServer} writes */
export function parseServer(text: string): BusServer {
  const [server = '', name = ''] = text.split('#', 2)
  const [, bracketed, plain = server, port = '0'] =
    /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(server) ?? []
  const address = bracketed ?? plain
  switch (isIP(address)) {
    case 4:
      return [families[4], address.split('.').map(Number), Number(port), name]
    case 6:
      return [families[6], ipv6Bytes(address), Number(port), name]
    default:
      throw new TypeError(`\`${text}\` is not a server as in 10.0.0.1 or [fd00::1]:5300`)
  }
}

/** A wish's server as {@link printServer} would write it. */
export const serverText = ({ address, port }: { address: string; port: number }): string =>
  printServer(parseServer(hostPort(address, port)))

/** @param bytes four or sixteen */
export function printAddress(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  )
  return shortest(groups.join(':'))
}

function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = shortest(address).split('::')
  const groups = (part = '') => part.split(':').filter(Boolean)
  const [before, after] = [groups(head), groups(tail)]
  const zeros = Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...zeros, ...after].flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

/** RFC 5952: one text for one address. */
const shortest = (address: string) => new SocketAddress({ address, family: 'ipv6' }).address
