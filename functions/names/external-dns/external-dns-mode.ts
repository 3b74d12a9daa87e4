import type { ExternalDnsKey } from './external-dns.ts'

/**
 * How an ExternalDNS tells what is its own, as far as its keys at one name show it, and what follows for records
 * of ours there: docs/external-dns.md has the table.
 */
export interface Mode {
  /** By what it was recognised. */
  readonly sign: string
  /** What it does where the name is ours. */
  readonly effect: string
  /** What keeps it from that, besides stopping it. */
  readonly remedy: string
  /** How `k2s-dns adopt` is to be told of it. */
  readonly adopt: string
}

/** @param written its keys at a name, and its entries that speak of it: one at least */
export function modeOf(written: readonly ExternalDnsKey[]): Mode {
  const owner = written.find((each) => each.owner !== undefined)?.owner
  const named = owner === undefined ? '' : `, owner ${owner}`
  const adopt = `k2s-dns adopt${owner === undefined ? '' : ` --owner ${owner}`}`
  if (written.some(({ kind }) => kind === 'entry')) {
    return {
      sign: `--registry txt${named}`,
      effect: 'has an entry for the name, so it deletes our records or rewrites them',
      remedy: 'delete the entry if ExternalDNS gave the name up',
      adopt,
    }
  }
  if (owner !== undefined) {
    return {
      sign: `--coredns-strictly-owned${named}`,
      effect: 'keeps keys beside ours, and CoreDNS answers both',
      remedy: 'take the name out of its --domain-filter',
      adopt,
    }
  }
  return {
    sign: 'no owner noted, as with --registry noop',
    effect: 'keeps keys beside ours, and deletes or rewrites those',
    remedy: 'give it --registry txt',
    adopt: `${adopt} --registry noop`,
  }
}
