import { partsOf } from '../../../functions/names/claim.ts'
import type { Host } from '../../../functions/names/host.ts'
import { type Limits, noLimits } from '../../../functions/names/policy/policy.ts'
import { keysOf } from '../../../functions/names/records/keys.ts'
import type { Pointing } from '../../../functions/names/records/pointer.ts'
import type { EtcdClient } from '../../clients/etcd.ts'
import type { Clock } from '../../clock.ts'
import type { EpochRecords } from '../../epoch.ts'
import type { Change, Mending, Records } from '../../function.ts'
import type { Metrics } from '../../metrics.ts'
import type { RecordWatch } from '../../record-watch.ts'
import type { RememberedOwner, WorldMemory } from '../../world-memory.ts'
import { type Adopted, adopt, planAdoption } from './adoption.ts'
import type { AdoptionPlan, AdoptionWish } from './adoption-plan.ts'
import { applyClaims, type Wish } from './apply-claims.ts'
import { audit } from './audit.ts'
import { countingAnew } from './count-anew.ts'
import { createDamage } from './damage.ts'
import { readClaims, rememberedOwner } from './documents.ts'
import { type LastEpoch, lastEpoch, transactIn } from './epoch.ts'
import { follow } from './follow.ts'
import { createForeign, type ForeignOptions } from './foreign.ts'
import { adoptedNames, type GivenBack, giveBack } from './give-back.ts'
import { createGroupCommit } from './group-commit.ts'
import { beginEra, enrolledCluster } from './identity.ts'
import { checkLayout, currentLayout, foreignLayout, type Layout, migrate } from './layout.ts'
import { mendHost, ownKeysAt, removeStray } from './mend.ts'
import { groupPointings, mendPointer } from './mend-pointer.ts'
import { checkRights } from './rights.ts'
import { sharedLease } from './shared-lease.ts'
import { allStandings } from './standings.ts'
import { type Installed, installed, uninstall } from './uninstall.ts'
import { noteTtlSeconds, type Watched, type WatchedNote, watchedNote } from './watched.ts'

/** An owner that went is remembered this long: a late event of its is then told from a new object. */
const goneTtlSeconds = 600
const probeTtlSeconds = 60
/** Changes since the last full read are told from etcd's history if it is not older than this. */
const replayMs = 60_000

export interface RecordsOptions {
  readonly etcd: EtcdClient
  readonly instance: string
  readonly zones: readonly string[]
  readonly recordPrefix?: string
  /** Those of now; default none. */
  readonly limits?: () => Limits
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'transactions' | 'mended' | 'foreign'>
  /** Told once of a key of somebody else that CoreDNS can't read, and why. */
  readonly onUnreadable?: ForeignOptions['onUnreadable']
}

export interface RecordStore extends EpochRecords, WorldMemory, RecordWatch {
  /** The epoch of now, and how the next one is begun. @throws RetryLater if etcd does not answer */
  lastEpoch(): Promise<LastEpoch>
  /** See {@link WatchedNote.read}. @throws RetryLater if etcd does not answer */
  lastWatched(): Promise<Watched>
  /** See {@link WatchedNote.write}. @throws EpochOver; RetryLater if etcd did not commit */
  noteWatched: WatchedNote['write']
  /**
   * Puts one record that is nobody's name and goes by itself after a minute.
   * @returns what takes it away
   */
  publishProbe(host: string, address: string): Promise<() => Promise<void>>
  /** Names that pass from ExternalDNS to us, and back. */
  readonly adoption: {
    plan(wish: AdoptionWish): Promise<AdoptionPlan>
    apply(wish: AdoptionWish): Promise<Adopted>
    /** Names that could be given back. */
    names(): Promise<readonly string[]>
    giveBack(): Promise<GivenBack>
  }
  /** See {@link migrate}. @throws RetryLater, GiveUp */
  migrate(to: Layout): Promise<void>
  /** All that this instance has in etcd. */
  installed(): Promise<Installed>
  uninstall(): Promise<void>
}

/** The record store: SkyDNS records for CoreDNS, and beside them who claims which name. */
export function createRecords(options: RecordsOptions): RecordStore {
  const { etcd, clock, metrics, onUnreadable, limits = () => noLimits, ...naming } = options
  const keys = keysOf(naming)
  const { instance, zones } = naming
  const foreign = createForeign({ keys, instance, onUnreadable })
  const damage = createDamage({ keys, instance })
  const writing = { keys, instance, zones, foreign, damage }
  const commits = createGroupCommit(etcd, {
    tree: keys.hosts,
    fence: {
      key: keys.schema,
      objection: (found) =>
        found === undefined || found === currentLayout ? undefined : foreignLayout(keys, found),
    },
    count: (outcome) => metrics.transactions.inc({ outcome }),
  })
  const reading = { ...writing, etcd, commits }
  let auditedAt: { readonly revision: bigint; readonly at: number } | undefined
  const goneLease = sharedLease(goneTtlSeconds, options)
  const watched = watchedNote(reading, sharedLease(noteTtlSeconds, options))

  async function fulfil(wish: Wish, epoch: string | undefined): Promise<Change> {
    const since = `${clock.date().toISOString().slice(0, -'.000Z'.length)}Z`
    let rest: readonly Host[] | undefined
    let changed = false
    let late = false
    const refused = []
    const standings = []
    const heirs = []
    do {
      const only = rest
      const decide = () =>
        transactIn(epoch, { commits, keys }, (view) =>
          applyClaims(view, { ...wish, since, limits: limits() }, writing, only),
        )
      const step = await countingAnew(decide, reading)
      rest = step.rest
      changed ||= step.changed
      late = step.late
      refused.push(...step.refused)
      standings.push(...step.standings)
      heirs.push(...step.heirs)
      if (step.pointings.length > 0) await mendPointers(step.pointings)
    } while (rest.length > 0)
    return { changed, late, refused, standings, heirs }
  }

  /** After the records that they follow are committed; what a crash leaves undone, the audit does. */
  async function mendPointers(pointings: readonly Pointing[]): Promise<void> {
    const groups = [...groupPointings(pointings)]
    await Promise.all(
      groups.map(([name, found]) =>
        commits.transact((view) => mendPointer(view, name, writing, found)),
      ),
    )
  }

  async function auditAll() {
    const at = clock.now()
    const revision = await etcd.currentRevision(keys.schema)
    const found = await audit(etcd, commits, writing, limits())
    auditedAt = { revision, at }
    metrics.mended.inc({ by: 'reconcile' }, found.mended)
    for (const [kind, count] of Object.entries(foreign.counts()))
      metrics.foreign.set({ kind }, count)
    return found
  }

  async function mend(name: Host): Promise<Mending> {
    const strays = await ownKeysAt(etcd, name, writing)
    let pointings: readonly Pointing[] = []
    const mending = await commits.transact((view) => {
      const outcome = mendHost(view, name, writing)
      pointings = outcome.pointings ?? []
      const removed = strays.filter((key) => removeStray(view, key, writing))
      const standings = allStandings(name, readClaims(view, keys, name), outcome)
      return { mended: outcome.changed || removed.length > 0, standings }
    })
    await mendPointers(pointings)
    damage.forget(name)
    if (mending.mended) metrics.mended.inc({ by: 'watch' })
    return mending
  }

  const recordsIn = (epoch: string | undefined): Records => ({
    replace: (owner, claims) => fulfil({ owner, claims }, epoch),
    release: (owner) => goneLease.use((id) => fulfil({ owner, claims: [], goneLease: id }, epoch)),
    mend,
    audit: auditAll,
    async check() {
      await checkRights(etcd, keys)
      await checkLayout(etcd, keys)
    },
    reconnect: () => etcd.reconnect(keys.schema),
  })

  const store: RecordStore = {
    ...recordsIn(undefined),
    inEpoch: recordsIn,
    lastEpoch: () => lastEpoch(reading),
    epoch: async () => (await lastEpoch(reading)).epoch,
    lastWatched: watched.read,
    noteWatched: watched.write,
    async follow(following) {
      if (!auditedAt || clock.now() - auditedAt.at > replayMs) await auditAll()
      const { revision = 0n } = auditedAt ?? {}
      try {
        await follow({ etcd, commits, writing }, { ...following, revision: revision + 1n })
      } finally {
        auditedAt = undefined // what came meanwhile is not to be told again, and what comes now is missed
      }
    },
    async remembered(kind) {
      const found: RememberedOwner[] = []
      for await (const page of etcd.readPrefix(`${keys.owners}${kind.toLowerCase()}/`)) {
        for (const entry of page) {
          const owner = rememberedOwner(keys, entry)
          if (!owner || owner.document.gone) continue
          const { namespace, name } = partsOf(owner.id)
          const { uid, at, hosts } = owner.document
          found.push({ owner: { kind, namespace, name, uid, at }, names: hosts.length })
        }
      }
      return found
    },
    async publishProbe(host, address) {
      const lease = await etcd.grantLease(probeTtlSeconds)
      const key = keys.record(host as Host, 'probe') // made by us of a zone and hex digits
      const value = JSON.stringify({ host: address, ttl: 1, owner: naming.instance })
      await commits.transact((view) => view.put(key, value, lease))
      return () => commits.transact((view) => view.delete(key))
    },
    cluster: (uid) => enrolledCluster(etcd, commits, keys, uid),
    beginEra: (uid) => beginEra(commits, keys, uid),
    adoption: {
      plan: (wish) => planAdoption(wish, reading),
      apply: (wish) => adopt(wish, reading),
      names: () => adoptedNames(reading),
      giveBack: () => giveBack(reading),
    },
    migrate: (to) => migrate(etcd, keys, to),
    installed: () => installed(reading),
    uninstall: () => uninstall(reading),
  }
  return store
}
