import { BlockList, isIP } from 'node:net'
import type { NextFunction, Request, Response } from 'express'
import { shown } from './not-an-event.ts'
import { Refused } from './refused.ts'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * 127.0.0.0/8 (RFC 1122, 3.2.1.3), also mapped into IPv6 (`::ffff:127.0.0.1`), and ::1 (RFC 4291,
 * 2.5.3).
 */
export function isLoopback(address: string): boolean {
  const version = isIP(address)
  return version !== 0 && loopback.check(address, version === 6 ? 'ipv6' : 'ipv4')
}

/**
 * Whether a Host header (RFC 9110, 7.2) names this machine as only it can: `localhost` or a
 * loopback address.
 */
export function isLocalHost(host: string): boolean {
  const hostname = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '') ?? ''
  return hostname === 'localhost' || isLoopback(hostname)
}

/**
 * Lets only programs on this machine send events, until there is authentication.
 *
 * The address of the peer alone would let in a browser that runs here. A page that it shows can
 * send a POST to 127.0.0.1, and after making its own name resolve to 127.0.0.1 (DNS rebinding) even
 * read the answer, as same-origin. In the one case there is an `Origin`, which browsers send with
 * each POST and senders of events never, in the other also a `Host` that is the page's. Each is
 * refused, so the same-origin policy, preflights and what a browser thinks a simple request need
 * not be relied upon. A reverse proxy on this machine that lets others in must authenticate them
 * itself.
 * @throws Refused (403)
 */
export function localOnly(request: Request, _: Response, next: NextFunction): void {
  const peer = request.socket.remoteAddress ?? ''
  if (!isLoopback(peer)) {
    throw new Refused(
      403,
      `events must come from this machine, not from ${shown(peer)}: there is no authentication yet`,
    )
  }
  const { host, origin } = request.headers
  if (host === undefined || !isLocalHost(host)) {
    throw new Refused(403, `the header \`host\` is ${shown(host)}: must be localhost or 127.0.0.1`)
  }
  if (origin !== undefined) {
    throw new Refused(
      403,
      `the header \`origin\` is ${shown(origin)}: browsers must not send events`,
    )
  }
  next()
}
