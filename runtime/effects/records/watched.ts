import { z } from 'zod'
import { json } from './documents.ts'
import { type EpochStore, transactIn } from './epoch.ts'
import type { SharedLease } from './shared-lease.ts'

/** How far the cluster was watched: a resourceVersion for each kind. */
export type Watched = Readonly<Record<string, string>>

/** The note of how far a leader watched. */
export interface WatchedNote {
  /** Where a leader before us was with its watch. What can't be read is of no use, and does no harm. */
  read(): Promise<Watched>
  /**
   * Notes how far we are for the next leader. Kinds that are left out stay as they were.
   * @throws EpochOver, also if there is nothing new
   */
  write(epoch: string, watched: Watched): Promise<void>
}

/**
 * A note goes by itself some time after its leader: all that came since an old one would be watched beside the
 * list, which has the same more cheaply.
 */
export const noteTtlSeconds = 15

const schema = z.record(z.string(), z.string().regex(/^\d+$/))

export function watchedNote(store: EpochStore, lease: SharedLease): WatchedNote {
  const { watched: key } = store.keys
  /** The lease of the last one, so that one with nothing new is written only when it needs the next. */
  let lasting: string | undefined

  return {
    read: async () => parse((await store.etcd.read([key])).get(key)?.value),
    write: (epoch, watched) =>
      lease.use(async (id) => {
        await transactIn(epoch, store, (view) => {
          const before = view.get(key)
          const note = JSON.stringify({ ...parse(before), ...watched })
          if (note !== before || id !== lasting) view.put(key, note, id)
        })
        lasting = id
      }),
  }
}

const parse = (text = ''): Watched => schema.safeParse(json(text)).data ?? {}
