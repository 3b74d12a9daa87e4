import { z } from 'zod'
import { parseSelector } from '../../functions/names/asking/selector.ts'
import { parseTemplate } from '../../functions/names/asking/template.ts'
import { nameKinds } from '../../functions/names/kinds/index.ts'
import {
  type AskSettings,
  type ServiceName,
  targetSources,
} from '../../functions/names/kinds/kind.ts'
import type { Wrong } from '../../functions/names/policy/glob.ts'
import { file, list, parsedBy, targets, yesOrNo } from './values.ts'

/** Of the API server: a hosts file is read where one is set. */
const listed = nameKinds.filter(({ versions }) => versions.length > 0)

const someOf = <const T extends readonly string[]>(values: T) =>
  list(z.enum(values))
    .refine((given) => given.length > 0, 'name at least one')
    .refine((given) => new Set(given).size === given.length, 'name each once')

const selector = parsedBy(parseSelector).optional()
const off = yesOrNo.default(false)

/** `sources.*`: which objects are read, and which of their names count. docs/targets.md explains it. */
export const sourcesSchema = z.strictObject({
  kinds: someOf(listed.map(({ kind }) => kind))
    .default(listed.filter((each) => !each.offByDefault).map(({ kind }) => kind))
    .describe('Kinds of objects whose names are published'),
  hostsFile: file.describe('File with static names in the format of hosts(5)'),
  annotationFilter: selector.describe('Only objects with such annotations: a=b,c!=d,e in (f,g),!h'),
  labelFilter: selector.describe('Only objects with such labels: a=b,c!=d,e in (f,g),!h'),
  ingressClasses: list(z.string())
    .default([])
    .describe('Only Ingresses of these classes; else of any'),
  template: parsedBy(parseTemplate)
    .optional()
    .describe('Names for objects that state none: {{.Name}}.{{.Namespace}}.cluster.local'),
  combineTemplate: off.describe('Whether objects that state names have the template’s too'),
  ignoreHostnameAnnotation: off.describe('Whether names in the hostname annotation do not count'),
  ignoreIngressRules: off.describe('Whether hosts in the rules of Ingresses do not count'),
  ignoreIngressTls: off.describe('Whether hosts in the tls part of Ingresses do not count'),
  publishInternalServices: off.describe(
    'Whether the hostname annotation names Services of type ClusterIP too',
  ),
})

/** `targets.*`: what names answer. docs/targets.md explains it. */
export const targetsSchema = z.strictObject({
  order: someOf(targetSources)
    .default([...targetSources])
    .describe('Where targets come from: the first that names one decides'),
  default: targets
    .default([])
    .describe('For objects of which nothing else names one: addresses, or one name'),
  controllers: list(parsedBy(parseController))
    .refine(isOnceEach, 'name each class or controller once')
    .default([])
    .describe('Services of controllers, by a class or a controller: nginx=namespace/name'),
})

function isOnceEach(controllers: readonly Controller[]): boolean {
  return new Set(controllers.map((each) => each.of)).size === controllers.length
}

interface Controller {
  readonly of: string
  readonly service: ServiceName
}

function parseController(text: string): Controller | Wrong {
  const [, of, namespace, name] = /^([^=\s]+)=([a-z0-9-]+)\/([a-z0-9-]+)$/.exec(text) ?? []
  return of !== undefined && namespace !== undefined && name !== undefined
    ? { of, service: { namespace, name } }
    : { wrong: 'write it as class=namespace/name, or controller=namespace/name' }
}

export interface SourceSettings {
  readonly dns: Pick<AskSettings, 'ttlSeconds'>
  readonly sources: z.infer<typeof sourcesSchema>
  readonly targets: z.infer<typeof targetsSchema>
}

/** How objects are read, as the settings have it. */
export function askSettingsOf({ dns, sources, targets }: SourceSettings): AskSettings {
  const { kinds: _kinds, hostsFile: _file, ...read } = sources
  const controllers = new Map(targets.controllers.map(({ of, service }) => [of, service]))
  return { ttlSeconds: dns.ttlSeconds, targets: { ...targets, controllers }, ...read }
}
