/**
 * The least program that could do the job, to measure against: one raw watch of ingresses, for each change
 * one put or delete in etcd. It has no memory, no order, no retry, no policy and no list; nobody should run it.
 *
 * Usage: floor.ts KUBECONFIG ETCD ZONE
 */
import { Etcd3 } from 'etcd3'
import { connectKubernetes } from '../runtime/clients/kubernetes.ts'
import { systemClock } from '../runtime/clock.ts'
import { lines } from '../runtime/sources/kubernetes/stream.ts'

interface Frame {
  readonly type: string
  readonly object: {
    readonly spec: { readonly rules: readonly [{ readonly host: string }] }
    readonly status: { readonly loadBalancer?: { readonly ingress?: readonly [{ ip: string }] } }
  }
}

const [kubeconfig = '', hosts = '', zone = ''] = process.argv.slice(2)
const etcd = new Etcd3({ hosts })
const client = connectKubernetes(kubeconfig, systemClock)
const { signal } = new AbortController()
const path = '/apis/networking.k8s.io/v1/ingresses'
const stream = await client.open('GET', path, { query: { watch: '1' }, timeoutMs: 600_000, signal })
console.log('watching')
for await (const line of lines(stream, 1e6)) {
  const { type, object } = JSON.parse(line) as Frame
  const { host } = object.spec.rules[0]
  if (!host.endsWith(zone)) continue
  const key = `/skydns/${host.split('.').reverse().join('/')}/x`
  const [address] = object.status.loadBalancer?.ingress ?? []
  if (type === 'DELETED') await etcd.delete().key(key)
  else if (address) await etcd.put(key).value(JSON.stringify({ host: address.ip, ttl: 30 }))
}
