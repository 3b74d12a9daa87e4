import { certRotated } from '../events.ts'
import { aboutCoreDns } from './about-coredns.ts'
import type { Call } from './command.ts'
import { startMs, tellInstance } from './send.ts'

/**
 * For those who renew certificates and don't want to wait until the instance looks: returns once it uses them, and
 * CoreDNS's pods are replaced.
 */
export async function rotateCert(call: Call): Promise<number> {
  const { url, answer } = await tellInstance(certRotated, call, { timeoutMs: startMs(call.config) })
  const said = `the instance at ${url} talks to etcd with the certificates of now`
  call.say(`${said}${aboutCoreDns(answer)}`, answer)
  return 0
}
