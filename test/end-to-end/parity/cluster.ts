import type { ObjectKind } from '../../../functions/names/kinds/kind.ts'
import { ingressRoute } from '../../../functions/names/kinds/traefik.ts'
import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import { apiVersionOf, pathOf } from '../../../runtime/kinds.ts'
import { crdsOf, installCrds } from '../crds/module-crds.ts'
import { traefikCrds } from '../crds/traefik.ts'
import { eventually } from '../eventually.ts'
import { type AnObject, objectsOf } from '../objects.ts'
import { patience } from '../world.ts'
import type { Fixture } from './fixture.ts'

/** The Gateway API and the DNSEndpoint that this ExternalDNS is built with. */
const crdModules = [
  {
    module: 'sigs.k8s.io/gateway-api@v1.5.1',
    sum: 'h1:RqVRIlkhLhUO8wOHKTLnTJA6o/1un4po4/6M1nRzdd0=',
    folder: 'config/crd/experimental',
  },
  {
    module: 'sigs.k8s.io/external-dns@v0.21.0',
    sum: 'h1:YAC7ERW32eZAjSdhu44taaZGII6nwz2/wteT+BtpFzM=',
    folder: 'config/crd/standard',
  },
]

/** Resolves once the kinds that come with CRDs are served. */
export async function addKinds(client: KubernetesClient): Promise<void> {
  const crds = await Promise.all(crdModules.map(crdsOf))
  await installCrds(client, [...crds.flat(), ...(await traefikCrds())])
  const served = pathOf(ingressRoute, apiVersionOf(ingressRoute))
  await eventually(() => client.request('GET', served, { signal: patience() }))
}

export interface Cluster {
  /** Writes those that are not there with this prefix of annotations, in their order. */
  put(fixtures: readonly Fixture[], prefix: string): Promise<void>
}

export function clusterOf(client: KubernetesClient): Cluster {
  const objects = objectsOf(client)
  const written = new Map<Fixture, string>()

  /** Not by server-side apply, which takes two addresses of a Node for one. */
  async function say(kind: ObjectKind, id: string, status: object): Promise<void> {
    const [name = '', namespace = ''] = id.split('/').reverse()
    const where = `${pathOf(kind, apiVersionOf(kind), namespace, name)}/status`
    await client.request('PATCH', where, {
      contentType: 'application/merge-patch+json',
      body: { status },
      signal: patience(),
    })
  }

  return {
    async put(fixtures, prefix) {
      for (const fixture of fixtures.filter((each) => written.get(each) !== prefix)) {
        const { kind, id, object } = fixture
        const { status, ...author } = withPrefix(object, prefix)
        await eventually(() => objects.put(kind, id, author)) // its kind may not be served yet
        if (status) await say(kind, id, status)
        written.set(fixture, prefix)
      }
    },
  }
}

function withPrefix(object: AnObject, prefix: string): AnObject {
  const { annotations = {} } = object.metadata ?? {}
  const prefixed = Object.entries(annotations).map(([key, value]) => [
    key.includes('/') ? key : `${prefix}${key}`,
    value,
  ])
  return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(prefixed) } }
}
