import { z } from 'zod'
import type { Wish } from '../../../functions/corefile/wish.ts'
import type { EtcdClient } from '../../clients/etcd.ts'
import { GiveUp, RetryLater } from '../../errors.ts'

/** Says in etcd that CoreDNS is configured by us: as long as it is there we keep it so, and take it back in the end. */
export interface Marker {
  readonly wish: Wish
  /** All of CoreDNS has answered with it. */
  readonly isProven: boolean
  /** The last proven one, while this one is not. */
  readonly before?: Wish | undefined
}

const wish = z.object({
  zones: z.array(z.string()),
  etcd: z.object({
    path: z.string(),
    endpoints: z.array(z.string()),
    tls: z.object({ cert: z.string(), key: z.string(), ca: z.string() }).exactOptional(),
  }),
  editCaches: z.boolean(),
  serveStale: z.string().exactOptional(),
})

const schema = z.object({ wish, isProven: z.boolean(), before: wish.optional() })

export interface MarkerStore {
  /** @throws GiveUp for what we did not write */
  read(): Promise<Marker | undefined>
  /** Undefined: it is taken away. */
  write(marker: Marker | undefined): Promise<void>
}

export function markerIn(etcd: Pick<EtcdClient, 'read' | 'transact'>, key: string): MarkerStore {
  const stored = async () => (await etcd.read([key])).get(key)
  return {
    async read() {
      const found = await stored()
      if (!found) return undefined
      try {
        return schema.parse(JSON.parse(found.value))
      } catch (cause) {
        throw new GiveUp(`${key} in etcd is not what k2s-dns wrote there: remove it`, { cause })
      }
    },
    async write(marker) {
      const found = await stored()
      if (!found && !marker) return
      const compares = [{ key, modRevision: found?.modRevision ?? '0' }]
      const change = marker ? { key, put: JSON.stringify(marker) } : { key, delete: true as const }
      if (await etcd.transact(compares, [change])) return
      throw new RetryLater(`${key} in etcd was changed by somebody else at the same time`)
    },
  }
}

/** What was proven last: to this one goes back. */
export const provenIn = (marker: Marker | undefined): Wish | undefined =>
  marker?.isProven ? marker.wish : marker?.before
