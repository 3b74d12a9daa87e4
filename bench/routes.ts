import { setTimeout as delay } from 'node:timers/promises'
import { startFunctions } from '../deploy/local/functions.ts'
import { askAddresses } from '../runtime/clients/dns.ts'
import { connectEtcd } from '../runtime/clients/etcd.ts'
import { gatewayApiCrds } from '../test/end-to-end/crds/gateway-api.ts'
import { installCrds } from '../test/end-to-end/crds/module-crds.ts'
import { cpuMs } from './cpu.ts'
import { type BenchWorld, inParallel } from './world.ts'

export interface Routes {
  /** From the status with another address being sent until the last route's record has it in etcd; one a round. */
  readonly seconds: readonly number[]
  /** Names that CoreDNS does not answer with just that address afterwards. */
  readonly wrong: number
  /** CPU time of the process for one route's change, milliseconds, beside so many others on the Gateway. */
  readonly changeCpuMs: { readonly few: number; readonly many: number }
}

const few = 10
const changes = 300
const rounds = 3
const root = '/apis/gateway.networking.k8s.io/v1'
const gatewayPath = `${root}/namespaces/default/gateways/edge`

/** `many` HTTPRoutes on one Gateway: its address changes, and then one of them. */
export async function benchRoutes(world: BenchWorld, zone: string, many: number): Promise<Routes> {
  const { stack, client } = world
  const { signal } = new AbortController()
  const apply = (path: string, fields: object) =>
    client.request('PATCH', path, {
      query: { fieldManager: 'bench', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: { metadata: { name: path.replace('/status', '').replace(/.*\//, '') }, ...fields },
      signal,
    })
  const of = { apiVersion: 'gateway.networking.k8s.io/v1' }
  const gatewayAt = (value: string) =>
    apply(`${gatewayPath}/status`, {
      ...of,
      kind: 'Gateway',
      status: { addresses: [{ type: 'IPAddress', value }] },
    })
  const routes = `${root}/namespaces/default/httproutes`
  const specOf = (host: string) => ({ parentRefs: [{ name: 'edge' }], hostnames: [host] })
  const route = (name: string, host: string) =>
    apply(`${routes}/${name}`, { ...of, kind: 'HTTPRoute', spec: specOf(host) })
  const create = async (from: number, to: number) =>
    inParallel(to - from, 32, async (i) => {
      const name = `r-${from + i}`
      const spec = specOf(`${name}.${zone}`)
      const body = { ...of, kind: 'HTTPRoute', metadata: { name }, spec }
      await client.request('POST', routes, { body, signal })
    })

  await installCrds(client, await gatewayApiCrds('1.4.1'))
  const gateway = {
    ...of,
    kind: 'Gateway',
    spec: {
      gatewayClassName: 'bench',
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
    },
  }
  while (!(await apply(gatewayPath, gateway).catch(() => undefined))) await delay(100)
  await gatewayAt('10.1.0.0')
  const functions = await startFunctions(stack, { name: 'routes', zones: [zone] })
  const etcd = await connectEtcd({ endpoints: [stack.etcd.endpoint] })
  const ending = new AbortController()
  const records = `/skydns/${zone.split('.').reverse().join('/')}/`

  /** Resolves once so many names have a record with this address. */
  async function untilAt(address: string, names: number): Promise<void> {
    const right = new Set<string>()
    const revision = (await etcd.currentRevision(records)) + 1n // before the records are read
    for await (const page of etcd.readPrefix(records)) {
      for (const { key, value } of page) if (value.includes(`"${address}"`)) right.add(key)
    }
    const watching = {
      prefixes: [records],
      revision,
      opened: () => undefined,
      signal: ending.signal,
    }
    if (right.size >= names) return
    for await (const told of etcd.watch(watching)) {
      for (const { key, value } of told) if (value?.includes(`"${address}"`)) right.add(key)
      if (right.size >= names) return
    }
  }

  /** One route after the other says another host, each awaited. */
  async function changeOne(label: string): Promise<number> {
    const before = await cpuMs(functions.process.pid)
    for (let change = 0; change < changes; change++) {
      await route('changing', `${label}-${change}.${zone}`)
      await untilNamed(`${label}-${change}`)
    }
    return ((await cpuMs(functions.process.pid)) - before) / changes
  }

  async function untilNamed(name: string): Promise<void> {
    for (;;) {
      for await (const page of etcd.readPrefix(`${records}${name}/`)) if (page.length > 0) return
      await delay(2)
    }
  }

  try {
    await create(0, few)
    await untilAt('10.1.0.0', few)
    await changeOne('warm')
    const atFew = await changeOne('few')
    await create(few, many)
    await untilAt('10.1.0.0', many)
    const seconds: number[] = []
    for (let round = 1; round <= rounds; round++) {
      const since = performance.now()
      await Promise.all([gatewayAt(`10.1.0.${round}`), untilAt(`10.1.0.${round}`, many)])
      seconds.push((performance.now() - since) / 1_000)
    }
    const atMany = await changeOne('many')
    let wrong = 0
    const { address, port } = stack.coredns
    await inParallel(many, 64, async (i) => {
      const { addresses } = await askAddresses(`${address}:${port}`, `r-${i}.${zone}`, {
        timeoutMs: 5_000,
      })
      if (addresses.join() !== `10.1.0.${rounds}`) wrong++
    })
    return { seconds, wrong, changeCpuMs: { few: atFew, many: atMany } }
  } finally {
    ending.abort()
    etcd.close()
    await functions.process.stop()
  }
}
