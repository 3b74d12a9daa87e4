import { execFile } from 'node:child_process'
import type { Stack } from '../../deploy/local/stack.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'

/** The real ExternalDNS, which reads the same API server and writes into the same etcd. */
export interface ExternalDns {
  /**
   * Runs it for one synchronization, from its start to its end.
   * @param flags after the usual ones, so they win
   * @returns its log
   * @throws Error with its log if it ends with another exit code than 0
   */
  sync(...flags: readonly string[]): Promise<string>
}

const limitMs = 90_000

export async function externalDns(stack: Stack): Promise<ExternalDns> {
  const { externalDns: program } = await realServers(['externalDns'])
  const usual = [
    `--kubeconfig=${stack.apiserver.adminKubeconfig}`,
    '--source=ingress',
    '--provider=coredns',
    '--metrics-address=127.0.0.1:0',
    '--log-level=debug',
    '--once',
  ]
  const options = { env: { ETCD_URLS: stack.etcd.endpoint }, timeout: limitMs, maxBuffer: 2 ** 28 }
  return {
    sync: (...flags) =>
      new Promise((resolve, reject) => {
        execFile(program, [...usual, ...flags], options, (error, _, log) => {
          if (error) reject(new Error(`ExternalDNS: ${error.message.split('\n')[0]}\n${log}`))
          else resolve(log)
        })
      }),
  }
}
