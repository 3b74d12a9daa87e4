import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dnsEndpoint } from '../../../functions/names/kinds/dns-endpoint.ts'
import { ingress } from '../../../functions/names/kinds/ingress.ts'
import type { NameKind } from '../../../functions/names/kinds/kind.ts'
import { type KubernetesClient, KubernetesError } from '../../../runtime/clients/kubernetes.ts'
import { createStatus } from '../../../runtime/effects/kubernetes-status.ts'
import { askSettings } from '../../support/asked-alone.ts'
import { quietLog } from '../../support/quiet-log.ts'

const event = (kind: NameKind, metadata: object, status?: object) => ({
  kind,
  owner: {
    ...{ kind: kind.kind, namespace: 'shop', name: 'names', uid: 'u1' },
    at: { era: 0, version: 1n },
  },
  object: kind.schema.parse({ metadata, status }),
})

/** An API server that answers all that it is asked, or refuses it. */
function server(refusal?: Error) {
  const asked: unknown[] = []
  const client = {
    async request(method: string, path: string, options: object) {
      const { signal: _, ...said } = options as { signal: unknown }
      asked.push([method, path, said])
      if (refusal) throw refusal
      return {}
    },
  } as unknown as KubernetesClient // its answer has the type that the caller names
  const stop = new AbortController()
  const log = quietLog()
  return {
    asked,
    log,
    stop,
    observed: createStatus({ client, settings, log, signal: stop.signal }),
  }
}

const settings = askSettings()

const test = suite('a status')

test('says which generation was handled, of this very object', async () => {
  const { asked, observed } = server()
  await observed(event(dnsEndpoint, { generation: 3 }, { observedGeneration: 2 }))
  const body = { metadata: { uid: 'u1' }, status: { observedGeneration: 3 } }
  assert.equal(asked, [
    [
      'PATCH',
      '/apis/externaldns.k8s.io/v1alpha1/namespaces/shop/dnsendpoints/names/status',
      {
        query: { fieldManager: 'k2s-dns' },
        contentType: 'application/merge-patch+json',
        body,
      },
    ],
  ])
})

test('is not written where it says so already, and for no other kind', async () => {
  const { asked, observed } = server()
  await observed(event(dnsEndpoint, { generation: 3 }, { observedGeneration: 3 }))
  await observed(event(ingress, { generation: 3 }))
  assert.equal(asked, [])
})

test('that can’t be written is told, and fails nothing', async () => {
  const { log, observed } = server(new KubernetesError(403, 'forbidden'))
  await observed(event(dnsEndpoint, { generation: 1 }))
  assert.is(log.lines.length, 1)
  assert.match(JSON.stringify(log.lines), /forbidden.*dnsendpoint\/shop\/names/)
})

test('of an object that went or was made anew is nobody’s matter, nor at the end', async () => {
  for (const status of [404, 409]) {
    const { log, observed } = server(new KubernetesError(status, 'gone'))
    await observed(event(dnsEndpoint, { generation: 1 }))
    assert.equal(log.lines, [])
  }
  const { log, stop, observed } = server(new Error('aborted'))
  stop.abort()
  await observed(event(dnsEndpoint, { generation: 1 }))
  assert.equal(log.lines, [])
})

test.run()
