import { get } from 'node:http'
import type { Container } from './pod-object.ts'

/** Whether a container's readiness probe holds that it is ready. */
export interface Readiness {
  /** Asks once; it is ready after three successes, and no more after as many failures as the probe allows, in a row. */
  ask(address: string): Promise<boolean>
  /** The container doesn't run. */
  reset(): void
}

const timeoutMs = 1_000 // as long as kubelet waits by default
const defaultFailures = 3
/**
 * CoreDNS says that it is ready up to 100 ms before it listens, since its `kubernetes` plugin looks that seldom whether
 * it may start (plugin/kubernetes/kubernetes.go). kubelet, who asks each 10 s, hardly ever sees that; here it is asked
 * each 100 ms, and one yes isn't enough.
 */
const neededSuccesses = 3

/** A container without a probe is ready as long as it runs. */
export function readinessOf({ readinessProbe, ports = [] }: Container): Readiness {
  const { httpGet, failureThreshold = defaultFailures } = readinessProbe ?? {}
  const named = ports.find(({ name }) => name === httpGet?.port)
  const port = named?.containerPort ?? httpGet?.port
  let [isReady, successes, failures] = [false, 0, 0]

  return {
    async ask(address) {
      if (!httpGet) return true
      const ok = await isOk(`http://${address}:${port}${httpGet.path ?? '/'}`)
      successes = ok ? successes + 1 : 0
      failures = ok ? 0 : failures + 1
      isReady = isReady ? failures < failureThreshold : successes >= neededSuccesses
      return isReady
    },
    reset() {
      isReady = false
      successes = 0
    },
  }
}

const isOk = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = get(url, { agent: false, timeout: timeoutMs }, (answer) => {
      answer.resume()
      resolve((answer.statusCode ?? 0) >= 200 && (answer.statusCode ?? 0) < 400)
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(false))
  })
