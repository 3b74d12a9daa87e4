import * as assert from 'uvu/assert'
import { KubernetesError } from '../../../runtime/clients/kubernetes.ts'
import type { KubernetesObject } from '../../../runtime/kinds.ts'
import { eventually } from '../eventually.ts'
import type { Straight } from '../straight.ts'
import { patience, type World } from '../world.ts'
import { trap } from './attempt.ts'

/** An ingress as Mallory writes it, with the status that its controller is made to report. */
export interface Wish {
  /** Default `m`. */
  readonly name?: string
  /** Default `mallory`. */
  readonly namespace?: string
  readonly hosts?: readonly string[]
  readonly tls?: readonly string[]
  /** Entries of `status.loadBalancer.ingress`; default: the trap. */
  readonly status?: readonly object[]
  /** More of its metadata. */
  readonly metadata?: object
}

/** A tenant who may write ingresses in some namespaces, and send events from the machine itself. */
export interface Mallory {
  readonly world: World
  /**
   * Applies an ingress and waits until it has taken effect. What the API server refuses is handed to the
   * functions past it, as if it had been let in.
   */
  applies(wish: Wish): Promise<void>
  /** Waits until all that the API server has now has taken effect. */
  settles(): Promise<void>
  /** @param ids as {@link World.remove} takes them */
  deletes(...ids: readonly string[]): Promise<void>
  /** Posts a CloudEvent. @param event its JSON, or what is to become it */
  posts(event: object | string): Promise<void>
  /** What was done, in short, and by which way. */
  readonly did: readonly string[]
  /** Reasons that the functions showed since the attempt began, and statuses of HTTP. */
  shown(): readonly string[]
  /** Takes back all that Mallory did. */
  gone(): Promise<void>
}

export const namespaces = ['mallory', 'mallory-too', 'mallory-doomed'] as const

const ingressesOf = (namespace: string) =>
  `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`

interface Finalized {
  readonly metadata: { readonly name: string; readonly finalizers?: readonly string[] }
}

let attempts = 0
const settleMs = 120_000
const farVersion = 9_000_000_000 // newer than all that the API server has

/** Mallory at the beginning of an attempt. */
export function mallory(world: World, straight: Straight): Mallory {
  const attempt = ++attempts
  const did: string[] = []
  const statuses: string[] = []
  const fed: KubernetesObject[] = []
  const logged = { real: world.functions.log().length, straight: straight.log.lines.length }

  async function isAdmitted({
    name = 'm',
    namespace = 'mallory',
    ...wish
  }: Wish): Promise<boolean> {
    const manifest = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace, ...wish.metadata },
      spec: specOf(wish),
    }
    const where = `${ingressesOf(namespace)}/${name}`
    try {
      await world.client.request('PATCH', where, {
        contentType: 'application/apply-patch+yaml',
        query: { fieldManager: 'mallory', force: 'true' },
        body: manifest,
        signal: patience(),
      })
      await world.client.request('PATCH', `${where}/status`, {
        contentType: 'application/merge-patch+json',
        body: { status: statusOf(wish) },
        signal: patience(),
      })
      return true
    } catch (error) {
      if (!(error instanceof KubernetesError && [400, 422].includes(error.status))) throw error
      await world.remove(`${namespace}/${name}`)
      return false
    }
  }

  /** The last step of an object with many hosts is not the one that notes its version. */
  async function settles(): Promise<void> {
    await world.settled(settleMs)
    const queued = async () => assert.is(await world.functions.metric('k2s_dns_queue_keys'), 0)
    await eventually(queued, { withinMs: settleMs })
  }

  /** Lets go what {@link Wish.metadata} holds back. */
  async function dropFinalizers(namespace: string): Promise<void> {
    const where = ingressesOf(namespace)
    const asked = { signal: patience() }
    const { items } = await world.client.request<{ items: Finalized[] }>('GET', where, asked)
    for (const { metadata } of items.filter((item) => item.metadata.finalizers)) {
      await world.client.request('PATCH', `${where}/${metadata.name}`, {
        contentType: 'application/merge-patch+json',
        body: { metadata: { finalizers: null } },
        signal: patience(),
      })
    }
  }

  async function feed({ namespace = 'mallory', ...wish }: Wish): Promise<void> {
    const name = `past-${attempt}-${fed.length}`
    const metadata = { namespace, name, uid: name, resourceVersion: String(farVersion) }
    const object = { metadata, spec: specOf(wish), status: statusOf(wish) }
    fed.push(object)
    await straight.tell('add', object)
  }

  return {
    world,
    did,
    settles,
    async applies(wish) {
      const admitted = await isAdmitted(wish)
      did.push(`${inShort(wish)}${admitted ? '' : ' (past the API server)'}`)
      await settles()
      if (!admitted) await feed(wish)
    },
    async deletes(...ids) {
      await world.remove(...ids)
      await settles()
    },
    async posts(event) {
      const body = typeof event === 'string' ? event : JSON.stringify(event)
      const headers = { 'content-type': 'application/cloudevents+json' }
      const { status } = await world.functions.post('/', headers, body)
      did.push('an event by HTTP')
      statuses.push(`HTTP ${status}`)
    },
    shown() {
      const real = world.functions
        .log()
        .slice(logged.real)
        .filter(({ msg }) => msg === 'name refused')
      const fedLines = straight.log.lines
        .slice(logged.straight)
        .filter(([line]) => line === 'warn name refused')
        .map(([, fields]) => fields)
      const reasons = [...real, ...fedLines]
        .map(({ reason }) => String(reason))
        .filter((reason) => reason !== 'no-target') // until the controller has reported a status
      return [...new Set([...reasons, ...statuses])].sort()
    },
    async gone() {
      for (const { metadata } of fed) {
        const resourceVersion = String(farVersion + 1)
        await straight.tell('delete', { metadata: { ...metadata, resourceVersion } })
      }
      for (const namespace of namespaces) {
        await dropFinalizers(namespace)
        const slowly = { timeoutMs: 120_000, signal: AbortSignal.timeout(120_000) } // of thousands
        await world.client.request('DELETE', ingressesOf(namespace), slowly)
      }
      await settles()
    },
  }
}

const specOf = ({ hosts = [], tls = [] }: Wish) => ({
  defaultBackend: { service: { name: 'web', port: { number: 80 } } },
  ...(hosts.length > 0 && { rules: hosts.map((host) => ({ host })) }),
  ...(tls.length > 0 && { tls: [{ hosts: tls }] }),
})

const statusOf = ({ status = [{ ip: trap }] }: Wish) => ({ loadBalancer: { ingress: status } })

/** `host → target`, with what can't be seen written as JSON has it. */
function inShort({ hosts = [], tls = [], status, metadata }: Wish): string {
  const names = [...hosts, ...tls.map((host) => `tls ${host}`)]
  const asked = names.length > 3 ? `${names.length} hosts` : names.map(visible).join(', ')
  const given = status?.map((each) => visible(Object.values(each).join(' '))) ?? []
  const targets = given.length > 3 ? `${given.length} targets` : given.join(', ')
  const more = metadata ? ` with ${visible(JSON.stringify(metadata))}` : ''
  return `${asked}${status ? ` → ${targets}` : ''}${more}`
}

const visible = (text: string) => {
  const ascii = text.replaceAll(/[^\x20-\x7e]|^ | $/g, (each) =>
    [...Array(each.length).keys()]
      .map((index) => `\\u${each.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  )
  return ascii.length > 100 ? `${ascii.slice(0, 40)}… (${text.length} characters)` : `\`${ascii}\``
}
