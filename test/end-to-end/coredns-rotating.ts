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
export function rotating({ cluster, flags, scene, ask }: CoreDnsWorld) {
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

  async function secret(): Promise<Texts> {
    const where = '/api/v1/namespaces/kube-system/secrets/k2s-dns-etcd-client'
    type Secret = { data: Record<string, string> }
    const { data } = await client.request<Secret>('GET', where, { signal: patience() })
    const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString()
    return { ca: text('ca.crt'), cert: text('tls.crt'), key: text('tls.key') }
  }

  async function marker(): Promise<string> {
    const asAdmin = connect(texts)
    const text = await asAdmin.get('/k2s-dns/k2s-dns/coredns').string()
    asAdmin.close()
    return text ?? '{}'
  }

  async function pods(): Promise<readonly string[]> {
    await cluster.rolledOut()
    return (await cluster.pods()).map(({ name }) => name).toSorted()
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
    secret,
    /** Whether CoreDNS's pods were given a text and have answered with it, as is noted in etcd. */
    async haveTaken(part: keyof Texts, text: string): Promise<boolean> {
      if ((await secret())[part] !== text) return false
      const { isProven } = JSON.parse(await marker()) as { isProven: boolean } // as we wrote it
      return isProven
    },
    /** Of CoreDNS, once none of another template is left. */
    pods,
    /** Resolves once as many others are there instead of these. */
    replaced: (before: readonly string[]) =>
      eventually(async () => {
        const after = await pods()
        const left = after.filter((name) => before.includes(name))
        assert.equal([after.length, left], [before.length, []])
      }, long),
    /**
     * While 200 questions a second ask for names that stay and 20 ingresses a second come and go: no answer may be
     * wrong or missing, no change may be lost.
     */
    async underLoad(use: (changing: Changing) => Promise<void>): Promise<void> {
      const load = ask(scene.served)
      const changing = startChanging(author, 20)
      try {
        await use(changing)
        for (const [host, addresses] of await changing.stop()) await answered(host, addresses)
      } finally {
        await changing.stop()
        await load.stop()
      }
      const { asked, failures } = await load.stop()
      assert.equal(failures.slice(0, 5), [], `${failures.length} of ${asked}`)
      assert.ok(asked > 300, `${asked} were asked`)
    },
  }
}

export type Rotating = ReturnType<typeof rotating>
