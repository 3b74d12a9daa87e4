import type { Annotations } from './annotations.ts'

/** What a Node says of how it is reached. */
export interface NodeAddresses {
  readonly spec?: { readonly unschedulable?: boolean | null | undefined } | null | undefined
  readonly status?:
    | { readonly addresses?: readonly NodeAddress[] | null | undefined }
    | null
    | undefined
}

interface NodeAddress {
  readonly type: string
  readonly address: string
}

export const externalAddresses = (nodes: readonly NodeAddresses[]): string[] =>
  ofType(nodes, 'ExternalIP')

export const internalAddresses = (nodes: readonly NodeAddresses[]): string[] =>
  ofType(nodes, 'InternalIP')

/**
 * Where nodes are reached, without those that take no new Pods, as in ExternalDNS (source/service.go, node.go).
 * @param access default: from outside if any of them is, else from inside
 */
export function nodeAddresses(
  nodes: readonly NodeAddresses[],
  access?: Annotations['access'],
): string[] {
  const open = nodes.filter(({ spec }) => !spec?.unschedulable)
  const external = access === 'private' ? [] : externalAddresses(open)
  return external.length > 0 || access === 'public' ? external : internalAddresses(open)
}

const ofType = (nodes: readonly NodeAddresses[], type: string): string[] =>
  nodes
    .flatMap(({ status }) => status?.addresses ?? [])
    .filter((each) => each.type === type)
    .map(({ address }) => address)
