import { z } from 'zod'
import { json } from './documents.ts'
import { type EpochStore, transactIn } from './epoch.ts'

/** How far the cluster was watched: a resourceVersion for each kind. */
export type Watched = Readonly<Record<string, string>>

const schema = z.record(z.string(), z.string().regex(/^\d+$/))

/** Where a leader before us was with its watch. What can't be read is of no use, and does no harm. */
export async function lastWatched({ etcd, keys }: EpochStore): Promise<Watched> {
  return parse((await etcd.read([keys.watched])).get(keys.watched)?.value)
}

/**
 * Notes how far we are for the next leader. Kinds that are left out stay as they were.
 * @throws EpochOver, also if there is nothing new
 */
export const noteWatched = (epoch: string, store: EpochStore, watched: Watched): Promise<void> =>
  transactIn(epoch, store, (view) => {
    const { watched: key } = store.keys
    view.put(key, JSON.stringify({ ...parse(view.get(key)), ...watched }))
  })

const parse = (text = ''): Watched => schema.safeParse(json(text)).data ?? {}
