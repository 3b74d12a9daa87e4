import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type KubernetesClient,
  KubernetesError,
  microTime,
} from '../../../runtime/clients/kubernetes.ts'
import { leaseOf } from '../../../runtime/leadership/lease.ts'
import { failureOf } from '../../support/outcome.ts'

const { signal } = new AbortController()
const spec = { holderIdentity: 'me' }
const found = { metadata: { resourceVersion: '7', uid: 'u', labels: { a: 'b' } }, spec }

/** An API server that answers every request with this status; 200 with the body. */
function answering(status: number, body: unknown = found) {
  const asked: string[] = []
  const bodies: unknown[] = []
  const client: KubernetesClient = {
    async request<T>(method: string, path: string, options: { body?: unknown }) {
      asked.push(`${method} ${path}`)
      bodies.push(options.body)
      if (status === 200) return body as T
      throw new KubernetesError(status, `${status}`)
    },
    open: () => Promise.reject(new Error('nobody asks')),
    server: async () => '',
  }
  return { asked, bodies, lease: leaseOf(client, { namespace: 'ns', name: 'one' }) }
}

const all = '/apis/coordination.k8s.io/v1/namespaces/ns/leases'
const test = suite('the Lease')

test('its times have six digits after the second', () => {
  assert.is(microTime(new Date('2026-11-25T12:00:00.007Z')), '2026-11-25T12:00:00.007000Z')
  assert.is(microTime(new Date(0)), '1970-01-01T00:00:00.000000Z')
})
test('is read, or is not there', async () => {
  const { lease, asked } = answering(200)
  assert.equal(await lease.read(signal), found)
  assert.equal(asked, [`GET ${all}/one`])
  assert.is(await answering(404).lease.read(signal), undefined)
})
test('is created, or replaced as it was read but for its spec', async () => {
  const { lease, asked, bodies } = answering(200)
  await lease.write({ holderIdentity: 'you' }, undefined, signal)
  await lease.write({ holderIdentity: 'you' }, found, signal)
  assert.equal(asked, [`POST ${all}`, `PUT ${all}/one`])
  const type = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }
  assert.equal(bodies, [
    { ...type, metadata: { namespace: 'ns', name: 'one' }, spec: { holderIdentity: 'you' } },
    { ...type, metadata: found.metadata, spec: { holderIdentity: 'you' } },
  ])
})
test('another was quicker', async () => {
  assert.is(await answering(409).lease.write(spec, undefined, signal), undefined)
  assert.is(await answering(409).lease.write(spec, found, signal), undefined)
})
test('without its namespace the remedy is told', async () => {
  const error = (await failureOf(answering(404).lease.write(spec, undefined, signal))) as Error
  assert.match(error.message, 'the namespace ns for the Lease one is not there: apply')
})
test('any other answer is an error', async () => {
  for (const status of [403, 500]) {
    const { lease } = answering(status)
    assert.instance(await failureOf(lease.read(signal)), KubernetesError)
    assert.instance(await failureOf(lease.write(spec, found, signal)), KubernetesError)
  }
})

test.run()
