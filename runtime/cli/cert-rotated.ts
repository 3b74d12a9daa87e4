import { certRotated, plainEvent } from '../events.ts'
import type { Call } from './command.ts'
import { sendEvent } from './send.ts'

/** For those who renew certificates and don't want to wait until the instance looks: returns once it uses them. */
export async function rotateCert({ config, say, signal }: Call): Promise<number> {
  const url = `http://127.0.0.1:${config.http.port}`
  const event = plainEvent(certRotated, '/k2s-dns/cli')
  const answer = await sendEvent(event, { url, timeoutMs: 60_000, signal })
  say(`the instance at ${url} talks to etcd with the certificates of now`, answer)
  return 0
}
