import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  connectKubernetes,
  type KubernetesClient,
  KubernetesError,
  type Method,
} from '../../runtime/clients/kubernetes.ts'
import { systemClock } from '../../runtime/clock.ts'
import { anIngress } from './an-ingress.ts'
import { patience, startWorld, type World } from './world.ts'

/** What whoever takes over k2s-dns could do to the cluster: as little as `deploy/kubernetes` says. */
const test = suite<{ world: World; theirs: KubernetesClient }>('rights')

test.before(async (context) => {
  context.world = await startWorld()
  const { functionsKubeconfig } = context.world.stack.apiserver
  context.theirs = connectKubernetes(functionsKubeconfig, systemClock)
  await context.world.apply(anIngress('a', 'shop.cluster.local'))
  await context.world.settled()
})
test.after(({ world }) => world?.stop())

const ingresses = '/apis/networking.k8s.io/v1/namespaces/default/ingresses'
const kubeSystem = '/api/v1/namespaces/kube-system'
const binding = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/k2s-dns'

for (const [method, path] of [
  ['GET', '/api/v1/secrets'],
  ['GET', '/api/v1/namespaces/k2s-dns/secrets'],
  ['GET', '/api/v1/configmaps'],
  ['GET', '/api/v1/pods'],
  ['GET', '/apis/events.k8s.io/v1/events'],
  ['PATCH', '/api/v1/namespaces/default'],
  ['PATCH', '/api/v1/namespaces/default/services/kubernetes'],
  ['POST', ingresses],
  ['PUT', `${ingresses}/a`],
  ['PATCH', `${ingresses}/a`],
  ['PATCH', `${ingresses}/a/status`],
  ['DELETE', `${ingresses}/a`],
  ['DELETE', ingresses],
  ['DELETE', '/api/v1/namespaces/default'],
  ['PATCH', binding],
  ['POST', '/api/v1/namespaces/k2s-dns/serviceaccounts/k2s-dns/token'],
  ['GET', `${kubeSystem}/secrets`],
  ['GET', `${kubeSystem}/secrets/others`],
  ['GET', `${kubeSystem}/configmaps`],
  ['DELETE', `${kubeSystem}/secrets/etcd-ca`],
  ['PATCH', `${kubeSystem}/configmaps/kube-proxy`],
  ['POST', `${kubeSystem}/configmaps`],
  ['POST', `${kubeSystem}/pods`],
  ['DELETE', '/apis/apps/v1/namespaces/kube-system/deployments/coredns'],
] as const) {
  test(`k2s-dns may not ${method} ${path}`, async ({ theirs }) => {
    assert.is(await statusOf(theirs, method, path), 403)
  })
}

for (const path of [
  '/apis/networking.k8s.io/v1/ingresses',
  `${ingresses}/a`,
  '/api/v1/namespaces/kube-system',
  '/api/v1/services',
  '/apis/discovery.k8s.io/v1/endpointslices',
  `${kubeSystem}/pods`,
  `${kubeSystem}/secrets?fieldSelector=metadata.name=k2s-dns-etcd-client`,
]) {
  test(`k2s-dns may GET ${path}`, async ({ theirs }) => {
    assert.is(await statusOf(theirs, 'GET', path), 200)
  })
}

test('the role grants this and no more', async ({ theirs }) => {
  const { status } = await theirs.request<Review>(
    'POST',
    '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    {
      body: { kind: 'SelfSubjectRulesReview', spec: { namespace: 'default' } },
      signal: patience(),
    },
  )
  const granted = status.resourceRules
    .filter(
      ({ apiGroups }) =>
        !['authorization.k8s.io', 'authentication.k8s.io'].includes(apiGroups[0] ?? ''),
    )
    .map(({ resources, verbs, resourceNames = [] }) =>
      [resources, verbs, resourceNames]
        .map((each) => each.join(','))
        .join(' ')
        .trim(),
    )
  assert.equal(granted.sort(), [
    'dnsendpoints get,list,watch',
    'dnsendpoints/status patch',
    'endpointslices get,list,watch',
    'events create',
    'gatewayclasses,gateways,listenersets,httproutes,grpcroutes,tlsroutes,tcproutes,udproutes get,list,watch',
    'ingresses,ingressclasses get,list,watch',
    'ingressroutes,ingressroutetcps,ingressrouteudps get,list,watch',
    'namespaces get,list,watch',
    'services,nodes get,list,watch',
  ])
})

interface Review {
  readonly status: {
    readonly resourceRules: readonly {
      readonly apiGroups: readonly string[]
      readonly resources: readonly string[]
      readonly verbs: readonly string[]
      readonly resourceNames?: readonly string[]
    }[]
  }
}

async function statusOf(client: KubernetesClient, method: Method, path: string): Promise<number> {
  try {
    await client.request(method, path, {
      ...(method !== 'GET' && { body: {}, contentType: 'application/merge-patch+json' }),
      signal: patience(),
    })
    return 200
  } catch (error) {
    if (error instanceof KubernetesError) return error.status
    throw error
  }
}

test.run()
