import { gatewayClass } from '../../../functions/names/kinds/gateway-class.ts'
import { ingressClass } from '../../../functions/names/kinds/ingress-class.ts'
import { service } from '../../../functions/names/kinds/service.ts'
import type { Objects } from '../objects.ts'
import { type K2sManifest, type K2sObject, manifestsFor, putAll } from './manifests.ts'

/** An ingress controller as K2s ships it, of which it has one at a time. */
export interface K2sController {
  readonly name: 'nginx' | 'traefik' | 'nginx-gw'
  /** Manifests of objects that are for this controller. */
  readonly manifests: readonly K2sManifest[]
  /** What is there once its add-on was enabled, without its Service; none of it has a status. */
  readonly objects: readonly K2sObject[]
  /** Through which it is reached; without externalIPs at first, which K2s patches in. */
  service(...externalIPs: readonly string[]): K2sObject
}

const loadBalancer = (id: string, labels: object, externalIPs: readonly string[]): K2sObject => ({
  kind: service,
  id,
  object: {
    metadata: { labels },
    spec: {
      type: 'LoadBalancer',
      ports: [{ port: 80 }],
      ...(externalIPs.length > 0 && { externalIPs }),
    },
  },
})

const gatewayManifest = 'addons/ingress/nginx-gw/manifests/cluster-local-nginx-gw.yaml'
const ofGateways = manifestsFor('nginx-gw')

export const controllers: readonly K2sController[] = [
  {
    name: 'nginx',
    manifests: manifestsFor('nginx'),
    objects: [
      {
        kind: ingressClass,
        id: 'nginx',
        object: { spec: { controller: 'k8s.io/ingress-nginx' } },
      },
    ],
    service: (...externalIPs) =>
      loadBalancer('ingress-nginx/ingress-nginx-controller', {}, externalIPs),
  },
  {
    name: 'traefik',
    manifests: manifestsFor('traefik'),
    objects: [
      {
        kind: ingressClass,
        id: 'traefik',
        object: {
          metadata: { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
          spec: { controller: 'traefik.io/ingress-controller' },
        },
      },
    ],
    service: (...externalIPs) => loadBalancer('ingress-traefik/traefik', {}, externalIPs),
  },
  {
    name: 'nginx-gw',
    manifests: ofGateways.filter(({ path }) => path !== gatewayManifest),
    objects: [
      {
        kind: gatewayClass,
        id: 'nginx-gw',
        object: { spec: { controllerName: 'gateway.nginx.org/nginx-gw-controller' } },
      },
      ...ofGateways.flatMap(({ path, objects }) => (path === gatewayManifest ? objects : [])),
    ],
    // NGINX Gateway Fabric makes it, with the externalIPs of its NginxProxy
    service: (...externalIPs) =>
      loadBalancer(
        'nginx-gw/nginx-cluster-local-nginx-gw',
        { 'gateway.networking.k8s.io/gateway-name': 'nginx-cluster-local' },
        externalIPs,
      ),
  },
]

/** As its Enable.ps1 does, without the patch of its Service. */
export const enable = (objects: Objects, controller: K2sController): Promise<void> =>
  putAll(objects, [...controller.objects, controller.service()])
