/** What CoreDNS is to serve from etcd. */
export interface Wish {
  /** Lower case, without trailing dot; at least one. */
  readonly zones: readonly string[]
  readonly etcd: EtcdWish
  /**
   * Whether caches that stand before the names may be told not to keep denials: CoreDNS's default hides a name
   * that was asked for too early for up to 30 s.
   */
  readonly editCaches: boolean
  /** Arguments of the cache's `serve_stale`, as in `1h verify 500ms`; default: none is written. */
  readonly serveStale?: string
  /** `1.9.3`; default: as new as 1.9.4, which has `disable denial`. */
  readonly coreDnsVersion?: string
}

/** The etcd plugin's options (plugin/etcd/setup.go). There is none for TTLs: they come with the records. */
export interface EtcdWish {
  /** `/skydns` */
  readonly path: string
  /** URLs; at least one. */
  readonly endpoints: readonly string[]
  /** Client certificate: file names as CoreDNS sees them. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string }
}

/** The texts that CoreDNS is configured with. */
export interface Configuration {
  readonly corefile: string
  /**
   * What the ConfigMap `coredns-custom` holds, by key; none: empty. Undefined: nobody looked, so that a Corefile
   * which imports it can't be judged.
   */
  readonly custom?: Readonly<Record<string, string>>
}

/** Lines in notes and reasons are counted without ours. */
export type Outcome =
  /** It does the job as it is. */
  | { readonly kind: 'served'; readonly notes: readonly string[] }
  | {
      readonly kind: 'edited'
      readonly configuration: Configuration
      readonly notes: readonly string[]
    }
  | Refusal

export interface Refusal {
  readonly kind: 'refused'
  /** For people: what stands in the way, where, and what helps. */
  readonly reason: string
}

/** Thrown within the editor; {@link Refusal} outside. */
export class Refused extends Error {
  override readonly name = 'Refused'
}
