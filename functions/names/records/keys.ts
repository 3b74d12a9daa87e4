import type { OwnerId } from '../claim.ts'
import { type Host, parseHost } from '../host.ts'

/**
 * Every key that we may write, built here and nowhere else. Records lie where CoreDNS's etcd plugin looks
 * them up: labels reversed, then a leaf of ours. Our own state lies under `/k2s-dns/<instance>/`, hosts in
 * the same order, so that all names below one are one range of keys. No part can hold a slash, so no key
 * can leave its prefix.
 */
export interface Keys {
  readonly records: string
  /** Of all that we write besides records. */
  readonly state: string
  readonly owners: string
  readonly hosts: string
  /** What was found at names that were taken over from ExternalDNS. */
  readonly adopted: string
  /** Version of the layout: read before anything is written. */
  readonly schema: string
  /** Which cluster the names of this instance come from. */
  readonly cluster: string
  /** Which leader's view of the cluster counts now. */
  readonly epoch: string
  /** How far the leader has watched the cluster. */
  readonly watched: string
  /** How many names each namespace has, while there is a quota. */
  readonly namespaces: string
  /** What CoreDNS was told to serve; there as long as we keep it so. */
  readonly coredns: string
  /** There while somebody works on CoreDNS. */
  readonly corednsTurn: string
  owner(id: OwnerId): string
  namespace(name: string): string
  /** `app.cluster.local` → `/k2s-dns/k2s/hosts/local/cluster/app` */
  host(host: Host): string
  /** `app.cluster.local` → `/k2s-dns/k2s/adopted/local/cluster/app` @param name a key's labels, so maybe no Host */
  adoptedOf(name: string): string
  /** Which hosts an address may point back to, by its reverse name. */
  pointers(name: Host): string
  /** `1.0.0.10.in-addr.arpa` → `/skydns/arpa/in-addr/10/0/0/1`, without a leaf */
  pointer(name: Host): string
  /** Of all {@link Keys.pointers}. */
  readonly allPointers: string
  /** `app.cluster.local`, `0a1b2c3d` → `/skydns/local/cluster/app/0a1b2c3d` */
  record(host: Host, leaf: string): string
}

/**
 * @param recordPrefix one segment with a leading slash: the etcd plugin's `path`, `/skydns` by default
 * @param instance letters, digits and inner hyphens: several clusters may share one etcd
 */
export function keysOf({ recordPrefix = '/skydns', instance }: KeyOptions): Keys {
  const state = `/k2s-dns/${instance}`
  return {
    records: `${recordPrefix}/`,
    state: `${state}/`,
    owners: `${state}/owners/`,
    hosts: `${state}/hosts/`,
    adopted: `${state}/adopted/`,
    schema: `${state}/schema`,
    cluster: `${state}/cluster`,
    epoch: `${state}/epoch`,
    watched: `${state}/watched`,
    namespaces: `${state}/namespaces/`,
    coredns: `${state}/coredns`,
    corednsTurn: `${state}/coredns-turn`,
    namespace: (name) => `${state}/namespaces/${encodeURIComponent(name)}`,
    owner: (id) => `${state}/owners/${id.split('/').map(encodeURIComponent).join('/')}`,
    host: (host) => `${state}/hosts/${reversed(host, '.', '/')}`,
    adoptedOf: (name) => `${state}/adopted/${reversed(name, '.', '/')}`,
    allPointers: `${state}/pointers/`,
    pointers: (name) => `${state}/pointers/${reversed(name, '.', '/')}`,
    pointer: (name) => `${recordPrefix}/${reversed(name, '.', '/')}`,
    record: (host, leaf) => `${recordPrefix}/${reversed(host, '.', '/')}/${leaf}`,
  }
}

export interface KeyOptions {
  readonly recordPrefix?: string
  readonly instance: string
}

const reversed = (labels: string, from: string, to: string): string =>
  labels.split(from).reverse().join(to)

/** The host whose key this is: the inverse of {@link Keys.host}. */
export const hostOfKey = (keys: Keys, key: string): Host =>
  reversed(key.slice(keys.hosts.length), '/', '.') as Host // we write only Hosts there

/** Whether we may have written this key below {@link Keys.hosts}; others may have put anything there. */
export function isHostKey(keys: Keys, key: string): boolean {
  const host = hostOfKey(keys, key)
  return parseHost(host, { underscores: true }) === host
}

/** The reverse name whose key this is: the inverse of {@link Keys.pointers}. */
export const nameOfPointers = (keys: Keys, key: string): Host =>
  reversed(key.slice(keys.allPointers.length), '/', '.') as Host // written from one

/** The owner whose key this is: the inverse of {@link Keys.owner}. @returns undefined for no key of ours */
export function ownerOfKey(keys: Keys, key: string): OwnerId | undefined {
  try {
    const id = key.slice(keys.owners.length).split('/').map(decodeURIComponent).join('/')
    return keys.owner(id) === key ? id : undefined
  } catch {
    return undefined // a part is not what encodeURIComponent makes
  }
}

/** The name whose key this is: the inverse of {@link Keys.adoptedOf}. */
export const nameOfAdopted = (keys: Keys, key: string): string =>
  reversed(key.slice(keys.adopted.length), '/', '.')
