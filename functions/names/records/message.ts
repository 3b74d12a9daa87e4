import { isIP } from 'node:net'
import { readTarget, writeTarget } from '../targets/target.ts'

/** A SkyDNS message as CoreDNS's etcd plugin reads it (plugin/etcd/msg), as far as a target decides on it. */
export interface TargetMessage {
  readonly host?: string
  readonly port?: number
  readonly priority?: number
  readonly weight?: number
  readonly text?: string
  readonly mail?: true
  readonly targetstrip?: 1
}

/** CoreDNS makes an SRV record of every value with a host, but not of one with this port. */
const noService = -1

/**
 * The value with which CoreDNS answers a target, and no question of another type where that can be had: see
 * {@link mistakeIn}. Its fields are in the order of ExternalDNS.
 *
 * `targetstrip` cuts our leaf off names that CoreDNS makes from the key; beside a host name it would cut that name's
 * first label, so it is left out there.
 * @param besideService whether the name has SRV records, among which its addresses would show
 */
export function messageOf(target: string, besideService: boolean): TargetMessage {
  const read = readTarget(target)
  switch (read.type) {
    case 'CNAME':
      return { host: read.host }
    case 'TXT':
      return { text: read.text.replaceAll('\\', '\\\\'), targetstrip: 1 } // read as in a zone file
    case 'MX':
      return {
        host: read.host,
        port: noService,
        priority: priority.write(read.priority),
        mail: true,
      }
    case 'SRV':
      return {
        host: read.host,
        port: read.port,
        priority: priority.write(read.priority),
        weight: weight.write(read.weight),
      }
    case 'A':
    case 'AAAA':
      return { host: read.host, ...(besideService && { port: noService }), targetstrip: 1 }
  }
}

/** The inverse of {@link messageOf}, for whatever somebody may have written. @returns undefined if it answers nothing */
export function targetOfMessage(message: Readonly<Record<string, unknown>>): string | undefined {
  const { host, text, mail } = message
  const number = (field: string) => Number(message[field] ?? 0)
  if (typeof host === 'string' && isIP(host) > 0) return host
  if (typeof text === 'string' && text !== '') {
    return writeTarget({ type: 'TXT', text: text.replaceAll(/\\(.)/gs, '$1') })
  }
  if (typeof host !== 'string' || host === '') return undefined
  if (mail === true) {
    return writeTarget({ type: 'MX', priority: priority.read(number('priority')), host })
  }
  if (message['priority'] === undefined) return host // also of a placeholder
  return writeTarget({
    type: 'SRV',
    priority: priority.read(number('priority')),
    weight: weight.read(number('weight')),
    port: number('port'),
    host,
  })
}

/** It takes 0 for 10, but of a larger number the last 16 bits (plugin/etcd/etcd.go, Records; plugin/etcd/msg). */
const priority = {
  write: (stated: number) => stated || 0x1_0000,
  read: (written: number) => written & 0xffff,
}

/**
 * It takes 0 for 100, and shares 100 out among the weights of one priority, at least 1 each (plugin/backend_lookup.go,
 * SRV). So a hundredfold is served as the same, and beside others 0 is next to nothing, as RFC 2782 has it.
 */
const weight = {
  write: (stated: number) => stated * 100 || 1,
  read: (written: number) => Math.floor(written / 100),
}
