import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { gateway } from '../../../functions/names/kinds/gateway.ts'
import { gatewayClass } from '../../../functions/names/kinds/gateway-class.ts'
import { httpRoute } from '../../../functions/names/kinds/http-route.ts'
import { ingress } from '../../../functions/names/kinds/ingress.ts'
import { ingressClass } from '../../../functions/names/kinds/ingress-class.ts'
import type { ObjectKind } from '../../../functions/names/kinds/kind.ts'
import { service } from '../../../functions/names/kinds/service.ts'
import { ingressRoute } from '../../../functions/names/kinds/traefik.ts'
import { apiVersionOf } from '../../../runtime/kinds.ts'
import type { Manifest } from '../../../runtime/manifests.ts'
import type { AnObject, Objects } from '../objects.ts'

/** An object of K2s's. */
export interface K2sObject {
  readonly kind: ObjectKind
  /** As `Objects` has it. */
  readonly id: string
  readonly object: AnObject
}

/** A manifest of K2s's, as far as it names hosts. */
export interface K2sManifest {
  /** In K2s's repository. */
  readonly path: string
  readonly objects: readonly K2sObject[]
}

/** A route of a mesh, not of a Gateway: of another group, and nothing to us. */
const meshRoute: ObjectKind = {
  kind: 'HTTPRoute',
  group: 'policy.linkerd.io',
  versions: ['v1beta3'],
  resource: 'httproutes',
  schema: z.unknown(),
}

const kinds = [
  ...[ingress, ingressClass, service, gateway, gatewayClass, httpRoute, ingressRoute],
  meshRoute,
]

/** Those that `<controller>.yaml` holds. */
export function manifestsFor(controller: string): readonly K2sManifest[] {
  const file = path.join(import.meta.dirname, `${controller}.yaml`)
  const found = parse(readFileSync(file, 'utf8')) as Readonly<Record<string, readonly Manifest[]>>
  return Object.entries(found).map(([where, all]) => ({ path: where, objects: all.map(objectOf) }))
}

function objectOf({ apiVersion, kind: called, metadata, ...fields }: Manifest): K2sObject {
  const kind = kinds.find((each) => each.kind === called && apiVersionOf(each) === apiVersion)
  if (!kind) throw new Error(`${apiVersion} ${called}`)
  const { namespace, name, ...more } = metadata
  const id = [namespace, name].filter(Boolean).join('/')
  return { kind, id, object: { metadata: more, ...fields } }
}

export async function putAll(objects: Objects, all: readonly K2sObject[]): Promise<void> {
  for (const { kind, id, object } of all) await objects.put(kind, id, object)
}

export async function removeAll(objects: Objects, all: readonly K2sObject[]): Promise<void> {
  for (const { kind, id } of all) await objects.remove(kind, id)
}
