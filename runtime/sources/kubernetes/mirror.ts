import { isDeepStrictEqual } from 'node:util'
import type { ObjectKind, Which } from '../../../functions/names/kinds/kind.ts'
import { isNotFound, type KubernetesClient } from '../../clients/kubernetes.ts'
import type { Clock } from '../../clock.ts'
import { messageOf, RetryLater } from '../../errors.ts'
import { type KubernetesObject, placeOf } from '../../kinds.ts'
import type { Log } from '../../log.ts'
import { keepTrying } from './keep-trying.ts'
import { listPages } from './list.ts'
import { absentMs, servedVersion } from './served.ts'
import { createShelf, type Kept } from './shelf.ts'
import { watchOn } from './watch-on.ts'
import { type QuestionId, questionsOn, selectionOf } from './which.ts'

/** The objects of a kind with which others decide, kept in memory by a list and a watch of their own. */
export interface Mirror {
  /** @returns undefined as long as nothing is known, since it was not listed yet */
  answer(which: Which): Answer | undefined
  /** @throws RetryLater if it can't be listed now, or was not by the time that the signal aborts */
  listed(signal: AbortSignal): Promise<void>
  /** Keeps it true until the signal aborts. */
  follow(signal: AbortSignal): Promise<void>
}

export interface Answer {
  /** As {@link ObjectKind.schema} reads them. */
  readonly objects: readonly unknown[]
  /** What it was answered from is not older: of one object its version, of several that of the latest change. */
  readonly version: bigint
}

export interface MirrorOptions {
  readonly kind: ObjectKind
  readonly client: KubernetesClient
  readonly clock: Clock
  readonly log: Log
  /** Told which questions have another answer now. */
  readonly onChange: (questions: Iterable<QuestionId>) => void
}

export function createMirror({ kind, client, clock, log, onChange }: MirrorOptions): Mirror {
  const shelf = createShelf()
  /** The next list, or what keeps it from coming. */
  let turn = Promise.withResolvers<void>()
  let known = false
  let trouble: string | undefined
  /** The version at which the latest object went, or could have gone. */
  let goneAt = 0n

  /** Takes an object as it is now, or takes it away, and tells whom it concerns. */
  function take(id: string, object: KubernetesObject | undefined): void {
    const before = shelf.get(id)
    const read = object && readable(object)
    if (read) shelf.put(id, read)
    else shelf.remove(id)
    if (isDeepStrictEqual(before?.parsed, read?.parsed)) return
    onChange(new Set([before, read].flatMap((each) => (each ? questionsOn(kind, each) : []))))
  }

  function readable(object: KubernetesObject): Kept | undefined {
    const { namespace = '', name, resourceVersion } = object.metadata
    const parsed = kind.schema.safeParse(object)
    if (!parsed.success) {
      log.warn(
        { kind: kind.kind, namespace, name },
        'it is not what its kind promises: not looked at',
      )
      return undefined
    }
    const labels = (object.metadata as { labels?: Record<string, string> }).labels ?? {}
    return { namespace, name, labels, version: BigInt(resourceVersion), parsed: parsed.data }
  }

  async function list(apiVersion: string | undefined, signal: AbortSignal): Promise<string> {
    const absent = new Set(shelf.ids())
    let version = '0'
    if (apiVersion !== undefined) {
      for await (const page of listPages(client, selectionOf(kind, apiVersion), signal)) {
        version = page.version
        for (const object of page.items) {
          absent.delete(placeOf(object))
          take(placeOf(object), object)
        }
      }
    }
    if (BigInt(version) > goneAt) goneAt = BigInt(version)
    for (const id of absent) take(id, undefined)
    known = true
    takeTurn()
    return version
  }

  async function watch(
    apiVersion: string,
    from: string,
    onProgress: () => void,
    signal: AbortSignal,
  ) {
    const watched = { ...selectionOf(kind, apiVersion), resource: kind.resource }
    for await (const change of watchOn(client, watched, from, onProgress, signal)) {
      const { verb, version, object } = change
      if (verb === 'delete') goneAt = BigInt(version)
      take(placeOf(object), verb === 'delete' ? undefined : object)
    }
  }

  /** Lists and watches in turns; a kind that vanished is waited for. */
  async function goRound(onProgress: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const apiVersion = await servedVersion(client, kind, signal)
      try {
        const version = await list(apiVersion, signal)
        onProgress()
        if (apiVersion === undefined) await clock.sleep(absentMs, signal)
        else await watch(apiVersion, version, onProgress, signal)
      } catch (error) {
        if (!(kind.isCustom && isNotFound(error))) throw error
      }
    }
  }

  function takeTurn(): void {
    turn.resolve()
    turn = Promise.withResolvers()
  }

  return {
    answer(which) {
      if (!known) return undefined
      const found = shelf.find(which)
      const [only] = found
      const one = which.name !== undefined && only && found.length === 1
      const versions = [...(one ? [] : [goneAt]), ...found.map((each) => each.version)]
      const version = versions.reduce((a, b) => (a > b ? a : b), 0n)
      return { objects: found.map(({ parsed }) => parsed), version }
    },
    async listed(signal) {
      if (known) return
      const late = new RetryLater(`${kind.resource} were not listed in time`)
      const ended = new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(late)),
      )
      await Promise.race([turn.promise, ended])
      if (!known) throw new RetryLater(`${kind.resource}: ${trouble}`)
    },
    follow: (signal) =>
      keepTrying(
        async (onProgress) => {
          try {
            await goRound(onProgress, signal)
          } catch (error) {
            trouble = messageOf(error)
            takeTurn()
            throw error
          }
        },
        { what: kind.kind, clock, log, signal },
      ),
  }
}
