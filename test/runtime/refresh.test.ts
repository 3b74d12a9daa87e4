import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type KubernetesClient, KubernetesError } from '../../runtime/clients/kubernetes.ts'
import { GiveUp } from '../../runtime/errors.ts'
import { clusterStarted, objectEvent, plainEvent } from '../../runtime/events.ts'
import { createRefresh } from '../../runtime/refresh.ts'
import { ingressKind as ingress } from '../support/asked-alone.ts'
import { failureOf } from '../support/outcome.ts'

const metadata = { namespace: 'shop', name: 'web', uid: 'u', resourceVersion: '3' }
const { signal } = new AbortController()

/** An API server that has the ingress shop/web at version 7, or answers with this status instead. */
function startRefresh({ status = 200 } = {}) {
  const asked: string[] = []
  const client: KubernetesClient = {
    async request<T>(_: string, path: string) {
      asked.push(path)
      if (path.endsWith('/kube-system')) return { metadata: { uid: 'k' } } as T
      if (path.endsWith('/ingresses')) return { metadata: { resourceVersion: '9' } } as T
      if (status !== 200) throw new KubernetesError(status, String(status))
      return { metadata: { ...metadata, resourceVersion: '7' } } as T
    },
    open: () => Promise.reject(new Error('nobody asks')),
    server: async () => 'https://api',
  }
  const memory = {
    epoch: async () => {
      asked.push('epoch')
      return '4 other'
    },
    cluster: async (uid: string) => ({ uid, era: 2 }),
    beginEra: () => Promise.reject(new Error('nobody asks')),
    remembered: () => Promise.reject(new Error('nobody asks')),
  }
  return { asked, refresh: createRefresh(client, memory) }
}

const hint = objectEvent('update', ingress, { metadata }, { era: 0, source: '/somebody' })
const test = suite('an event from outside')

test('becomes what the object is now, in the epoch of before it was asked for', async () => {
  const { asked, refresh } = startRefresh()
  const { event, epoch } = await refresh(hint, signal)
  assert.is(event.id, 'u.7.update')
  assert.is(event['era'], 2)
  assert.is(epoch, '4 other')
  assert.is(asked[0], 'epoch')
})
test('of an object that is not there becomes its deletion, as of a list', async () => {
  const { event, epoch } = await startRefresh({ status: 404 }).refresh(hint, signal)
  assert.is(event.id, 'unknown.9.delete')
  assert.is(epoch, '4 other')
})
test('is not believed while the API server gives no answer', async () => {
  const error = await failureOf(startRefresh({ status: 503 }).refresh(hint, signal))
  assert.instance(error, KubernetesError)
})
test('without an object is taken as it is, and asks nobody', async () => {
  const { asked, refresh } = startRefresh()
  const started = plainEvent(clusterStarted, '/somebody')
  assert.equal(await refresh(started, signal), { event: started, epoch: undefined })
  assert.equal(asked, [])
})
test('of an unknown kind is given up', async () => {
  const other = { ...ingress, kind: 'Gateway' }
  const event = objectEvent('update', other, { metadata }, { era: 0, source: '/somebody' })
  assert.instance(await failureOf(startRefresh().refresh(event, signal)), GiveUp)
})

test.run()
