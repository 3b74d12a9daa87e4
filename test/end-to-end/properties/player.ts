import type { OwnerId } from '../../../functions/names/claim.ts'
import type { Host } from '../../../functions/names/host.ts'
import type { EtcdClient } from '../../../runtime/clients/etcd.ts'
import type { Settings } from '../../../runtime/function.ts'
import type { ForeignKey } from './foreign.ts'
import type { Passage } from './laws-of-change.ts'
import { acknowledge, acknowledgeAll, type Model, ownerOf, presentPosition } from './model.ts'
import { createOthers, unreadable } from './others.ts'
import { type Replica, startReplica } from './replica.ts'
import type { Act, Step, Told } from './steps.ts'
import { type Snapshot, takeSnapshot } from './store.ts'
import { breakable, type Failure } from './trouble.ts'

/** Does what steps say, and notes in the model what follows from it. */
export interface Player {
  play(step: Step, before: Snapshot): Promise<void>
  /** Starts whoever is dead, all with the same settings: those of the first. */
  agree(before: Snapshot): Promise<Settings>
  /** Of the step played last. */
  lastStep(): Pick<Passage, 'actors' | 'raced' | 'robbed'>
  close(): Promise<void>
}

interface Slot {
  readonly number: number
  readonly connection: EtcdClient
  settings: Settings
  replica: Replica | undefined
  /** Keys of others that it found when it last read everything. */
  seen: readonly ForeignKey[]
}

export function createPlayer(
  model: Model,
  {
    settings,
    connections,
    own,
  }: { settings: Settings; connections: readonly EtcdClient[]; own: EtcdClient },
): Player {
  const { cluster, foreign, damaged } = model
  const others = createOthers(model, own)
  const slots = connections.map(
    (connection, number): Slot => ({
      number,
      connection,
      settings,
      replica: undefined,
      seen: [],
    }),
  )
  const actors = new Set<Slot>()
  const raced = new Set<OwnerId>()
  const robbed = new Set<string>()
  /** What replicas that do two things at once had seen before: while one reads, the other goes by that. */
  const knew = new Map<Slot, Slot['seen']>()
  /** As the store was when the step began. */
  let latest: Snapshot | undefined
  /** An audit leaves claims that nobody can read to the next event of one of their owners. */
  const isUnreadable = (name: string) =>
    latest?.keys.get(model.keys.host(name as Host)) === unreadable
  const slotOf = (to: number) => slots[to % slots.length] as Slot // there are two at least

  async function start(slot: Slot, failure?: Failure): Promise<Replica> {
    const etcd = breakable(slot.connection)
    etcd.arm(failure)
    slot.replica = await startReplica({
      ...model,
      etcd,
      identity: `replica-${slot.number}`,
      settings: slot.settings,
      onAskedAgain: (owner) => raced.add(owner),
    })
    etcd.arm(undefined)
    noteAudit(slot)
    return slot.replica
  }

  async function stop(slot: Slot): Promise<void> {
    const { replica } = slot
    slot.replica = undefined
    await replica?.close()
  }

  function noteAudit(slot: Slot): void {
    slot.seen = [...foreign.values()]
    for (const name of damaged) if (!isUnreadable(name)) damaged.delete(name)
  }

  async function replicaAt(to: number): Promise<Replica> {
    const slot = slotOf(to)
    actors.add(slot)
    return slot.replica ?? start(slot)
  }

  const changeAt = (back: number) =>
    cluster.changes.at(-1 - (back % Math.max(1, cluster.changes.length)))

  /** @returns what is to be noted once it is done; `alone`: nobody else was at work */
  async function carryOut(
    act: Act,
    before: Snapshot,
    failure?: Failure,
  ): Promise<(alone: boolean) => void> {
    const slot = slotOf(act.to)
    if (act.act === 'restart') {
      actors.add(slot)
      await stop(slot)
      await start(slot, failure)
      return () => undefined
    }
    const replica = await replicaAt(act.to)
    replica.etcd.arm(failure)
    try {
      return await told(act, slot, replica, before)
    } finally {
      replica.etcd.arm(undefined)
    }
  }

  async function told(
    act: Exclude<Act, { act: 'restart' }>,
    slot: Slot,
    replica: Replica,
    before: Snapshot,
  ): Promise<(alone: boolean) => void> {
    if (act.act === 'deliver') {
      const change = changeAt(act.back)
      if (!change) return () => undefined
      const isFresh = replica.epoch === model.epoch
      await replica.deliver(change)
      return () =>
        acknowledge(model, before, change.id, isFresh ? change : presentPosition(model, change.id))
    }
    if (act.act === 'hint') {
      await replica.hint(act.verb, act.id)
      return () => acknowledge(model, before, act.id, presentPosition(model, act.id))
    }
    if (act.act === 'mend') {
      await replica.mend(act.name)
      return () => void damaged.delete(act.name)
    }
    await replica.reconcile()
    return (alone) => {
      noteAudit(slot)
      if (alone) acknowledgeAll(model, before, new Set(slots.map((each) => each.settings)))
    }
  }

  async function alone(act: Act, before: Snapshot): Promise<void> {
    const note = await carryOut(act, before)
    note(true)
  }

  async function atOnce(acts: readonly Act[], before: Snapshot): Promise<void> {
    for (const { to } of acts) await replicaAt(to) // may be dead
    for (const { to } of acts) knew.set(slotOf(to), slotOf(to).seen)
    noteRaces(acts)
    const notes = await Promise.all(acts.map((act) => carryOut(act, before)))
    for (const note of notes) note(false)
  }

  function noteRaces(acts: readonly Act[]): void {
    const subjects = acts.map(subjectOf)
    for (const owner of subjects.flatMap((each) => each ?? [])) {
      if (subjects.filter((each) => each?.includes(owner)).length > 1) raced.add(owner)
    }
  }

  /** The owners that an act is about. */
  function subjectOf(act: Act): readonly OwnerId[] | undefined {
    if (act.act === 'restart' || act.act === 'mend') return undefined
    if (act.act === 'reconcile') return cluster.ids.map(ownerOf)
    const id = act.act === 'hint' ? act.id : changeAt(act.back)?.id
    return id === undefined ? undefined : [ownerOf(id)]
  }

  /** Both at once would make a mixture of an object's names by two policies, until the next reconcile. */
  const mayRace = (a: Act, b: Act) =>
    slotOf(a.to).settings === slotOf(b.to).settings && a.act !== 'restart' && b.act !== 'restart'

  async function tell({ how, to, failure }: Told, before: Snapshot): Promise<void> {
    const deliver = (number: number): Act => ({ act: 'deliver', back: 0, to: number })
    if (how === 'nobody') return
    if (how === 'dying') return die(deliver(to), failure, before)
    if (how === 'all at once' && slots.every((each) => mayRace(deliver(0), deliver(each.number))))
      return atOnce(
        slots.map(({ number }) => deliver(number)),
        before,
      )
    await alone(deliver(to), before)
    if (how === 'twice') await alone(deliver(to), before)
  }

  async function die(act: Act, failure: Failure, before: Snapshot): Promise<void> {
    const slot = slotOf(act.to)
    if (act.act === 'restart') {
      actors.add(slot)
      await stop(slot)
      await start(slot, failure).catch(() => undefined)
      return stop(slot)
    }
    const replica = await replicaAt(act.to)
    for (const owner of subjectOf(act) ?? []) model.unsettled.add(owner)
    if (act.act === 'reconcile')
      for (const owner of before.owners.keys()) model.unsettled.add(owner)
    const done = carryOut(act, before, failure)
    const note = await Promise.race([done.catch(() => undefined), replica.etcd.broken])
    note?.(true)
    await Promise.all([stop(slot), done.catch(() => undefined)])
    for (const owner of raced) model.unsettled.add(owner)
  }

  async function changeSettings(to: number | 'all', next: Settings): Promise<void> {
    const known = [...model.everSettings].find(
      (each) => JSON.stringify(each) === JSON.stringify(next),
    )
    const same = known ?? next
    model.everSettings.add(same)
    model.settings.add(same)
    for (const slot of to === 'all' ? slots : [slotOf(to)]) {
      slot.settings = same
      await stop(slot)
    }
  }

  async function damage(step: Extract<Step, { do: 'damage' }>, before: Snapshot): Promise<void> {
    const name = await others.damage(step, before)
    if (name === undefined) return
    robbed.add(name)
    if (step.toldTo !== undefined) await alone({ act: 'mend', name, to: step.toldTo }, before)
  }

  async function play(step: Step, before: Snapshot): Promise<void> {
    switch (step.do) {
      case 'nothing':
        return
      case 'apply':
        if (step.anew) cluster.remove(step.id)
        cluster.apply(step.id, step)
        return tell(step.told, before)
      case 'remove':
        return cluster.remove(step.id) ? tell(step.told, before) : undefined
      case 'act':
        return alone(step.what, before)
      case 'two at once':
        if (mayRace(step.what, step.and)) return atOnce([step.what, step.and], before)
        noteRaces([step.what, step.and]) // one after the other, by two policies: a claim may go and come
        await alone(step.what, before)
        return alone(step.and, await takeSnapshot(own, model))
      case 'stumble': {
        const note = await carryOut(step.what, before, step.failure).catch(
          () => carryOut(step.what, before), // a start is tried again by whoever starts
        )
        return note(true)
      }
      case 'die':
        return die(step.what, step.failure, before)
      case 'begin epoch': {
        const replica = await replicaAt(step.to)
        await replica.beginEpoch()
        model.epoch = replica.epoch
        return
      }
      case 'begin era': {
        const replica = await replicaAt(step.to)
        await replica.reconcile(true)
        cluster.era++
        noteAudit(slotOf(step.to))
        return acknowledgeAll(model, before, new Set(slots.map((each) => each.settings)))
      }
      case 'settings':
        return changeSettings(step.to, step.settings)
      case 'foreign put':
        return others.put(step, before)
      case 'foreign delete':
        return others.delete(step)
      case 'damage':
        return damage(step, before)
    }
  }

  function begin(before: Snapshot): void {
    latest = before
    for (const each of [actors, raced, knew, robbed]) each.clear()
    for (const name of damaged) robbed.add(name)
  }

  return {
    play(step, before) {
      begin(before)
      return play(step, before)
    },
    async agree(before) {
      begin(before)
      const [first] = slots
      const last = first?.settings ?? settings
      await changeSettings('all', last)
      for (const slot of slots) await replicaAt(slot.number)
      return last
    },
    lastStep: () => {
      const present = new Set(foreign.values())
      const zonesOf = (slot: Slot) => slot.settings.policy.zones
      const stillThere = (slot: Slot) =>
        (knew.get(slot) ?? slot.seen).filter((key) => present.has(key))
      return {
        actors: [...actors].map((slot) => ({ zones: zonesOf(slot), seen: stillThere(slot) })),
        raced,
        robbed,
      }
    },
    async close() {
      for (const slot of slots) await stop(slot)
    },
  }
}
