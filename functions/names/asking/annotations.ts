import type { Refusal } from '../claim.ts'
import type { Metadata } from '../kinds/kind.ts'
import { printable } from '../targets/targets.ts'
import { textAt } from './texts.ts'
import { parseTtl } from './ttl.ts'

/** ExternalDNS's since 0.22, then those of before. Of each key the first that is there counts. */
const prefixes = ['external-dns.kubernetes.io/', 'external-dns.alpha.kubernetes.io/'] as const

/**
 * What the annotations of ExternalDNS say of an object. A value that makes no sense counts as none, and is
 * refused: ExternalDNS tells its own log, or for `ingress-hostname-source` drops all names without a word.
 */
export interface Annotations {
  readonly hostnames: readonly string[]
  readonly internalHostnames: readonly string[]
  readonly targets: readonly string[]
  readonly ttlSeconds: number | undefined
  /** Which hosts count: those of the object's own fields, or those of `hostname`; default: both. */
  readonly hostnameSource: 'defined-hosts-only' | 'annotation-only' | undefined
  readonly access: 'public' | 'private' | undefined
  readonly endpointsType: 'NodeExternalIP' | 'HostIP' | undefined
  readonly refused: readonly Refusal[]
}

export function annotationsOf(metadata: Pick<Metadata, 'annotations'>): Annotations {
  const refused: Refusal[] = []
  function read<T>(
    key: string,
    parse: (text: string) => T | undefined,
    right: string,
  ): T | undefined {
    const found = find(metadata, key)
    const value = found && parse(found.text)
    if (found && value === undefined) {
      const message = `"${printable(found.text)}" counts as not set, it should be ${right}`
      refused.push({ host: found.name, reason: 'invalid-annotation', message })
    }
    return value
  }
  const listAt = (key: string) => listOf(find(metadata, key)?.text ?? '')
  function oneOf<const T extends string>(key: string, ...values: readonly T[]): T | undefined {
    const same = (text: string) => values.find((each) => each.toLowerCase() === text.toLowerCase())
    return read(key, same, values.join(' or '))
  }

  // all addresses in reverse zones have pointers, so `ptr` has its way and the empty text can't have it
  oneOf('record-type', 'ptr')
  const sources = ['defined-hosts-only', 'annotation-only'] as const
  return {
    hostnames: listAt('hostname'),
    internalHostnames: listAt('internal-hostname'),
    targets: listAt('target'),
    ttlSeconds: read('ttl', parseTtl, 'seconds or a duration such as 10m, less than 2^31 seconds'),
    hostnameSource:
      oneOf('ingress-hostname-source', ...sources) ?? oneOf('gateway-hostname-source', ...sources),
    access: oneOf('access', 'public', 'private'),
    endpointsType: oneOf('endpoints-type', 'NodeExternalIP', 'HostIP'),
    refused,
  }
}

/** Whether no other controller than ExternalDNS's is named. */
export const isForUs = (metadata: Pick<Metadata, 'annotations'>): boolean =>
  (find(metadata, 'controller')?.text ?? 'dns-controller') === 'dns-controller'

function find({ annotations }: Pick<Metadata, 'annotations'>, key: string) {
  for (const prefix of prefixes) {
    const text = textAt(annotations, prefix + key)
    if (text !== undefined) return { name: prefix + key, text }
  }
  return undefined
}

/** Commas divide; blanks count nowhere, as in ExternalDNS; items without text are left out, unlike there. */
const listOf = (text: string) => text.replaceAll(/\s/g, '').split(',').filter(Boolean)
