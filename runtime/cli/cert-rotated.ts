import { certRotated } from '../events.ts'
import type { Call } from './command.ts'
import { tellInstance } from './send.ts'

/** For those who renew certificates and don't want to wait until the instance looks: returns once it uses them. */
export async function rotateCert(call: Call): Promise<number> {
  const { url, answer } = await tellInstance(certRotated, call)
  call.say(`the instance at ${url} talks to etcd with the certificates of now`, answer)
  return 0
}
