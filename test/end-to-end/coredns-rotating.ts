import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { Etcd3 } from 'etcd3'
import * as assert from 'uvu/assert'
import { applyManifest, deleteManifest, type Manifest } from '../../runtime/manifests.ts'
import { askDns } from '../support/dns-question.ts'
import type { AnIngress } from './an-ingress.ts'
import { type Changing, startChanging } from './changing.ts'
import type { CoreDnsWorld } from './coredns-world.ts'
import { eventually } from './eventually.ts'
import { patience } from './world.ts'

/** PEM texts. */
export interface Texts {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

export const long = { withinMs: 120_000 }

/** What one does with the certificates of k2s-dns and of CoreDNS in a cluster, and with those that use them. */
export function rotating({ cluster, functions, flags, scene, ask }: CoreDnsWorld) {
  const { client, etcd, etcdPki, dns } = cluster
  if (!etcdPki) throw new Error('the scene has certificates')
  const { make, ca, admin } = etcdPki
  const texts = { cert: readFileSync(admin.cert, 'utf8'), key: readFileSync(admin.key, 'utf8') }
  const connect = ({ cert, key }: Pick<Texts, 'cert' | 'key'>) =>
    new Etcd3({
      hosts: etcd.endpoint,
      credentials: {
        rootCertificate: Buffer.from(ca.cert),
        certChain: Buffer.from(cert),
        privateKey: Buffer.from(key),
      },
      defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: Date.now() + 2_000 }),
    })
  const fileOf = (part: keyof Texts) => {
    const flag = `--etcd.${part}=`
    const found = flags.find((each) => each.startsWith(flag))?.slice(flag.length)
    return `${found}`
  }

  const ingress = ({ name, namespace, spec }: AnIngress): Manifest => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace },
    spec,
  })
  const author = {
    async apply(...wanted: readonly AnIngress[]) {
      for (const each of wanted) {
        const where = `/apis/networking.k8s.io/v1/namespaces/default/ingresses/${each.name}/status`
        await applyManifest(client, ingress(each), patience())
        const { status } = each
        const contentType = 'application/merge-patch+json'
        await client.request('PATCH', where, { contentType, body: { status }, signal: patience() })
      }
    },
    async remove(...names: readonly string[]) {
      for (const name of names)
        await deleteManifest(
          client,
          ingress({ name, namespace: 'default', spec: {}, status: {} }),
          patience(),
        )
    },
  }

  /** By each pod, and by the Service. */
  async function answered(host: string, addresses: readonly string[]): Promise<void> {
    const pods = (await cluster.pods()).filter(({ ready }) => ready)
    const wanted = [
      addresses.length > 0 ? 'NOERROR' : 'NXDOMAIN',
      ...addresses.map((each) => `A ${each}`),
    ]
    for (const server of [dns, ...pods])
      await eventually(async () => {
        const { rcode, answers } = await askDns(server, host, 'A')
        assert.equal([rcode, ...answers], wanted, `${host} at ${server.address}`)
      })
  }

  return {
    make,
    ca,
    admin: texts,
    /** Puts others there, one file after the other. */
    renew(texts: Partial<Texts>) {
      for (const part of ['ca', 'cert', 'key'] as const) {
        const text = texts[part]
        if (text === undefined) continue
        writeFileSync(`${fileOf(part)}.new`, text)
        renameSync(`${fileOf(part)}.new`, fileOf(part))
      }
    },
    /** Closed by whoever opened it. */
    connect,
    /** Of CoreDNS's pods. */
    async secret(): Promise<Texts> {
      const where = '/api/v1/namespaces/kube-system/secrets/k2s-dns-etcd-client'
      type Secret = { data: Record<string, string> }
      const { data } = await client.request<Secret>('GET', where, { signal: patience() })
      const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString()
      return { ca: text('ca.crt'), cert: text('tls.crt'), key: text('tls.key') }
    },
    /** Whether the function has come to its end with CoreDNS, as it is noted in etcd. */
    async marker(): Promise<{ readonly isProven: boolean }> {
      const client = connect(texts)
      const text = await client.get('/k2s-dns/k2s-dns/coredns').string()
      client.close()
      const { isProven } = JSON.parse(text ?? '{}') as { isProven: boolean } // as we wrote it
      return { isProven }
    },
    /** Of CoreDNS, once none of another template is left. */
    async pods() {
      await cluster.rolledOut()
      return (await cluster.pods()).map(({ name }) => name).toSorted()
    },
    /** How often the function came to its end. */
    rotations: () =>
      functions.metric('k2s_dns_events_total', 'function="on-cert-rotated",outcome="done"'),
    /**
     * While 200 questions a second ask for names that stay and 20 ingresses a second come and go: no answer may be
     * wrong or missing, no change may be lost.
     */
    async underLoad(use: (changing: Changing) => Promise<void>): Promise<void> {
      const load = ask(scene.served)
      const t0 = performance.now()
      const log: string[] = []
      let last = ''
      let busy = 0
      let prev = t0
      const timer = setInterval(() => {
        const n = performance.now()
        if (n - prev > 120) log.push(`${Math.round(n - t0)} stall ${Math.round(n - prev)}`)
        prev = n
      }, 50)
      const timer2 = setInterval(async () => {
        if (busy) return
        busy = 1
        const p = (await cluster.pods())
          .map(
            (x) =>
              `${x.name.slice(-5)} ${x.address} ${x.ready} ${x.object.metadata.deletionTimestamp ?? ''}`,
          )
          .join(', ')
        busy = 0
        if (p !== last) log.push(`${Math.round(performance.now() - t0)} ${p}`)
        last = p
      }, 100)
      const changing = startChanging(author, 20)
      try {
        await use(changing)
      } finally {
        const wanted = await changing.stop()
        for (const [host, addresses] of wanted) await answered(host, addresses)
        clearInterval(timer)
        clearInterval(timer2)
        const { asked, failures, failedAtMs } = await load.stop()
        if (failures.length) console.log('FAILED', failures, failedAtMs, log)
        assert.equal(failures.slice(0, 5), [], `${failures.length} of ${asked}`)
        assert.ok(asked > 500, `${asked} were asked`)
      }
    },
  }
}

export type Rotating = ReturnType<typeof rotating>
