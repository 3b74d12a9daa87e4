import { readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { corednsSchema } from './config/coredns.ts'
import { explain, valueAt } from './config/explain.ts'
import { hostSchema } from './config/host.ts'
import { policySchema } from './config/policy.ts'
import { profileNames, profiles } from './config/profiles.ts'
import { sourcesSchema, targetsSchema } from './config/sources.ts'
import {
  dnsServer,
  endpoints,
  file,
  list,
  number,
  objectName,
  objectPlace,
  yesOrNo,
  zone,
} from './config/values.ts'
import { GiveUp, messageOf } from './errors.ts'
import { logLevels } from './log.ts'
import { isCronExpression } from './sources/schedule.ts'

/** Every setting: its meaning (as `--help` says it), its default, what is right for it. */
export const schema = z.strictObject({
  instance: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'letters, digits and inner hyphens, at most 63')
    .default('k2s-dns')
    .describe('Name of this set of records: clusters that share one etcd have one each'),
  profile: z
    .enum(profileNames)
    .optional()
    .describe('Other defaults, for a known kind of cluster: k2s'),
  kubeconfig: file.describe('Kubeconfig file; else KUBECONFIG, ~/.kube/config or the pod itself'),
  etcd: z
    .strictObject({
      endpoints: endpoints.default(['http://127.0.0.1:2379']).describe('URLs of etcd'),
      ca: file.describe('PEM file: the CA of etcd’s certificate'),
      cert: file.describe('PEM file: our client certificate'),
      key: file.describe('PEM file: the key of our client certificate'),
      secret: objectPlace.describe(
        'Secret (namespace/name) with tls.crt, tls.key and ca.crt, instead of files',
      ),
      caSecret: objectPlace.describe(
        'Secret with the CA, where etcd.secret has none: as K2s has it',
      ),
      username: z.string().optional().describe('For an etcd with password login'),
      password: z
        .string()
        .optional()
        .describe('Better given by K2S_DNS_ETCD_PASSWORD than by a flag'),
      timeoutMs: number(z.number().int().min(100))
        .default(2_000)
        .describe('Of each call, milliseconds'),
    })
    .refine(({ cert, key }) => !cert === !key, {
      path: ['cert'],
      message: 'etcd.cert and etcd.key belong together: set both or neither',
    })
    .refine(({ ca, cert }) => !cert || ca, {
      path: ['cert'],
      message: 'set etcd.ca too: the pair is shown only to an etcd whose CA is known',
    })
    .refine(({ ca, secret }) => !(ca && secret), {
      path: ['secret'],
      message: 'set files (etcd.ca, etcd.cert, etcd.key) or Secrets, not both',
    })
    .refine(({ secret, caSecret }) => secret || !caSecret, {
      path: ['caSecret'],
      message: 'set etcd.secret too: the Secret with our certificate and its key',
    }),
  dns: z.strictObject({
    zones: list(zone).default(['cluster.local']).describe('Zones in which names may be published'),
    clusterDomain: zone.default('cluster.local').describe('The cluster’s own domain'),
    searchDomains: list(zone)
      .optional()
      .describe('What pods append to the names they ask for; else the cluster’s own domain'),
    ttlSeconds: number(z.number().int().min(1).max(86_400)).default(30).describe('TTL of records'),
    servers: list(dnsServer).default([]).describe('DNS servers to prove a start by: CoreDNS'),
    prefix: z
      .string()
      .regex(/^\/[a-z0-9-]+$/, 'one segment: a slash, then letters, digits, hyphens')
      .default('/skydns')
      .describe('The `path` of CoreDNS’s etcd plugin'),
  }),
  coredns: corednsSchema,
  sources: sourcesSchema,
  targets: targetsSchema,
  policy: policySchema,
  guard: z.strictObject({
    share: number(z.number().min(0).max(1))
      .default(0.5)
      .describe('Part of owners that may go at once'),
    minimum: number(z.number().int().min(0))
      .default(10)
      .describe('So many may go, whatever their share'),
  }),
  reconcile: z.strictObject({
    schedule: z
      .string()
      .refine(isCronExpression, 'it is no cron expression')
      .default('*/5 * * * *')
      .describe('When to compare everything, in UTC'),
  }),
  leadership: z.strictObject({
    enabled: yesOrNo
      .default(true)
      .describe('Whether replicas agree on a leader by a Lease; false for a single process'),
    namespace: objectName.optional().describe('Of the Lease; else the pod’s own, else k2s-dns'),
    name: objectName.optional().describe('Of the Lease; else k2s-dns- and the instance'),
    leaseSeconds: number(z.number().int().min(2).max(60))
      .default(2)
      .describe('After so long without a sign of the leader another one leads'),
  }),
  http: z.strictObject({
    host: z
      .string()
      .default('127.0.0.1')
      .describe('Address to listen on; events only from loopback'),
    port: number(z.number().int().min(0).max(65_535)).default(8053).describe('0: any free one'),
  }),
  host: hostSchema,
  drainMs: number(z.number().int().min(0)).default(10_000).describe('Time to finish at a stop'),
  log: z.strictObject({ level: z.enum(logLevels).default('info').describe('How much is logged') }),
})

export type Config = z.infer<typeof schema>

/** One setting: its key (`etcd.endpoints`), what it means and what it is by default. */
export interface Setting {
  readonly key: string
  readonly description: string
  readonly fallback: unknown
  /** Too large for a flag or a variable. */
  readonly fileOnly: boolean
}

export const settings: readonly Setting[] = settingsOf(schema, '')

function settingsOf({ shape }: z.ZodObject, prefix: string): Setting[] {
  return Object.entries(shape).flatMap(([name, inner]) => {
    const key = `${prefix}${name}`
    if (inner instanceof z.ZodObject) return settingsOf(inner, `${key}.`)
    const type = inner as z.ZodType // of a shape
    const { description = '', fileOnly } = type.meta() ?? {}
    const fallback = type.safeParse(undefined).data
    return [{ key, description, fallback, fileOnly: fileOnly === true }]
  })
}

/** `etcd.timeoutMs` → `K2S_DNS_ETCD_TIMEOUTMS` */
export const variableOf = (key: string): string =>
  `K2S_DNS_${key.replaceAll('.', '_').toUpperCase()}`

export interface ConfigSources {
  /** By key, as given on the command line; `config` names the YAML file. */
  readonly flags: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Flag before environment before file before profile before default.
 * @throws GiveUp naming the key, the value and what would be right
 */
export function loadConfig(sources: ConfigSources): Config {
  const path = pathOf(sources)
  const inFile = path === undefined ? {} : parseFile(path, () => readFileSync(path, 'utf8'))
  return merge(inFile, sources)
}

/** The file among the sources, whose text may become another one. */
export interface ConfigFile {
  readonly path: string
  /** The configuration with another text of the file. @throws GiveUp as {@link loadConfig} does */
  parse(text: string): Config
}

/** @returns undefined if there is none */
export function configFileOf(sources: ConfigSources): ConfigFile | undefined {
  const path = pathOf(sources)
  if (path === undefined) return undefined
  return {
    path,
    parse: (text) =>
      merge(
        parseFile(path, () => text),
        sources,
      ),
  }
}

/** Keys of settings that differ. */
export const changedKeys = (a: Config, b: Config): string[] =>
  settings.map(({ key }) => key).filter((key) => textAt(a, key) !== textAt(b, key))

const textAt = (config: Config, key: string) => JSON.stringify(valueAt(config, key.split('.')))

const pathOf = ({ flags, env }: ConfigSources) => flags['config'] ?? env['K2S_DNS_CONFIG']

function merge(merged: Record<string, unknown>, { flags, env }: ConfigSources): Config {
  for (const { key, fileOnly } of settings) {
    const value = fileOnly ? undefined : (flags[key] ?? env[variableOf(key)])
    if (value !== undefined) set(merged, key.split('.'), value)
  }
  addProfile(merged)
  addGroups(schema, merged)
  const parsed = schema.safeParse(merged)
  if (parsed.success) return parsed.data
  throw new GiveUp(explain(parsed.error.issues[0], merged))
}

function addProfile(merged: Record<string, unknown>): void {
  const name = profileNames.find((each) => each === merged['profile']) // else none, or an error
  for (const [key, value] of Object.entries(name ? profiles[name] : {})) {
    const path = key.split('.')
    if (valueAt(merged, path) === undefined) set(merged, path, value)
  }
}

/** A group of which nothing is said is there all the same, for the defaults of its settings. */
function addGroups({ shape }: z.ZodObject, into: Record<string, unknown>): void {
  for (const [name, type] of Object.entries(shape)) {
    if (!(type instanceof z.ZodObject)) continue
    into[name] ??= {}
    const group = into[name]
    if (typeof group === 'object') addGroups(type, group as Record<string, unknown>) // else an error
  }
}

function parseFile(path: string, text: () => string): Record<string, unknown> {
  try {
    const parsed: unknown = parseYaml(text()) ?? {}
    if (typeof parsed === 'object' && !Array.isArray(parsed)) return { ...parsed }
    throw new Error('it must hold settings by name')
  } catch (error) {
    throw new GiveUp(`configuration file ${path}: ${messageOf(error)}`, { cause: error })
  }
}

function set(into: Record<string, unknown>, [first = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) into[first] = value
  else {
    const inner = { ...(into[first] as Record<string, unknown> | undefined) } // checked by the schema later
    into[first] = inner
    set(inner, rest, value)
  }
}
