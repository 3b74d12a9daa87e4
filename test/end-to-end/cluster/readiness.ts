import { get } from 'node:http'
import type { Container } from './pod-object.ts'

/** Whether a container's readiness probe holds that it is ready. */
export interface Readiness {
  /** Asks once; it is no longer ready after as many failures in a row as the probe allows. */
  ask(address: string): Promise<boolean>
  /** The container doesn't run. */
  reset(): void
}

const timeoutMs = 1_000 // as long as kubelet waits by default
const defaultFailures = 3

/** A container without a probe is ready as long as it runs. */
export function readinessOf({ readinessProbe, ports = [] }: Container): Readiness {
  const { httpGet, failureThreshold = defaultFailures } = readinessProbe ?? {}
  const named = ports.find(({ name }) => name === httpGet?.port)
  const port = named?.containerPort ?? httpGet?.port
  let failures = failureThreshold

  return {
    async ask(address) {
      if (!httpGet) return true
      const ok = await isOk(`http://${address}:${port}${httpGet.path ?? '/'}`)
      failures = ok ? 0 : failures + 1
      return failures < failureThreshold
    },
    reset() {
      failures = failureThreshold
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
