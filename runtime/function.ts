import type { Claim, Owner, OwnerId, Refusal, Standing } from '../functions/names/claim.ts'
import type { Host } from '../functions/names/host.ts'
import type { Asked, AskSettings } from '../functions/names/kinds/kind.ts'
import type { Policy } from '../functions/names/policy/policy.ts'
import type { CloudEvent, EventKind, ObjectEvent } from './events.ts'

/**
 * The public surface: what a function is, and what it may use.
 *
 * @example
 * export const onIngressDeleted = defineFunction({
 *   name: 'on-ingress-deleted',
 *   on: objectDeleted,
 *   handle: ({ owner }, { records }) => records.release(owner),
 * })
 */
export function defineFunction<E>(definition: FunctionDefinition<E>): EventFunction {
  const { name, on, handle } = definition
  return {
    name,
    types: on.types,
    covers: (event) => on.covers(event),
    call: (event, context) => handle(on.read(event), context),
  }
}

export interface FunctionDefinition<E> {
  /** Kebab-case, unique in the set: as in `POST /functions/<name>`, logs and metrics. */
  readonly name: string
  readonly on: EventKind<E>
  /**
   * Must be idempotent: an event comes at least once, maybe late, maybe after a newer one.
   * @returns what the sender of the event should learn; JSON
   * @throws RetryLater or GiveUp; anything else is taken for a defect and tried again, ever more seldom
   */
  handle(event: E, context: Context): Promise<Answer>
}

export type Answer = Readonly<Record<string, unknown>>

/** A function of the set, with its event's type settled. */
export interface EventFunction {
  readonly name: string
  readonly types: readonly string[]
  covers(event: CloudEvent<unknown>): boolean
  call(event: CloudEvent<unknown>, context: Context): Promise<Answer>
}

/** What one function answered to an event. */
export interface Handled {
  readonly function: string
  readonly answer: Answer
}

/** Everything that a function may touch. */
export interface Context {
  readonly settings: Settings
  readonly records: Records
  readonly world: World
  readonly coredns: CoreDns
  readonly report: Report
  readonly work: Work
  /** Aborts when the process gives up waiting for its functions. */
  readonly signal: AbortSignal
}

/** As they are now: the policy may be another one at the next event. */
export interface Settings extends AskSettings {
  readonly policy: Policy
}

/** The names that answer, kept in etcd. Each call resolves after etcd has committed. */
export interface Records {
  /**
   * Makes an owner's claims exactly these. A call with an older position than the one stored changes nothing.
   * @returns the claims that must wait since someone else holds the name
   * @throws RetryLater if etcd has not committed within its deadline (2 s a transaction)
   */
  replace(owner: Owner, claims: readonly Claim[]): Promise<Change>
  /** Takes back all claims of an owner that went, up to its position. */
  release(owner: Owner): Promise<Change>
  /** Makes a name's records what its claims ask for. The cost is that of the name. */
  mend(name: Host): Promise<Mending>
  /** Reads all that we keep and mends what does not fit together. The cost is that of everything. */
  audit(): Promise<Audit>
  /**
   * @throws RetryLater if etcd does not answer or takes no reads or writes of ours; GiveUp if what it keeps was
   * written by a newer version
   */
  check(): Promise<void>
  /** Replaces the connection by one with credentials read anew, proven before the old one is closed. */
  reconnect(): Promise<void>
}

export interface Change {
  readonly changed: boolean
  /** Something newer was applied before, so this was left undone and `refused` says nothing. */
  readonly late: boolean
  readonly refused: readonly Refusal[]
  /** Other owners, whom this change got or lost a name. */
  readonly standings: readonly Standing[]
  /** Other owners, in whose namespace a host is now: they may have names below it that were refused to them. */
  readonly heirs: readonly OwnerId[]
}

export interface Mending {
  readonly mended: boolean
  /** All who claim the name. */
  readonly standings: readonly Standing[]
}

export interface Audit {
  readonly hosts: number
  /** Records and documents that had to be put right. */
  readonly mended: number
}

/** The objects that ask for names, and those that decide with them, as the cluster has them. */
export interface World {
  /**
   * What an object asks for, as others are now that decide with it. It is dispatched again when they change.
   * @returns with it the owner, at a position that tells how new the others were
   * @throws RetryLater if the API server does not answer
   */
  ask(event: ObjectEvent): Promise<{ readonly owner: Owner; readonly asked: Asked }>
  /**
   * Lists every object anew, dispatches each, and compares with the owners that the records remember.
   * @param options.confirmed an operator says that what is missing is really gone
   */
  resync(options: { confirmed: boolean; signal: AbortSignal }): Promise<Resync>
}

export interface Resync {
  readonly objects: number
  /** Objects whose names were not as the object wants them. */
  readonly mended: number
  /** Owners that are missing from the list but whose absence is not proven, and why. */
  readonly withheld: readonly { readonly owners: number; readonly reason: string }[]
}

/** CoreDNS in the cluster. */
export interface CoreDns {
  /**
   * Makes it serve our names and asks until it answers, each of its pods or `dns.servers`. From then on it is kept
   * so, until `k2s-dns uninstall` puts back what was there. What it is not to do, as `coredns.mode` says, is said.
   * @throws GiveUp if it can't be had, or did not come good in time: then all is as it was; RetryLater if the API
   * server or etcd does not answer
   */
  configure(signal: AbortSignal): Promise<CoreDnsOutcome>
  /** Makes it again what {@link CoreDns.configure} made it, if that ever was. Throws as that does. */
  mend(signal: AbortSignal): Promise<CoreDnsOutcome>
}

export interface CoreDnsOutcome {
  readonly coredns:
    | 'serves' // and is kept so
    | 'not configured by us' // there is none that could be, nobody asked for it, or it is switched off
    | 'to be configured' // see `advice`
  readonly changed: readonly CoreDnsChange[]
  /** For people. */
  readonly notes: readonly string[]
  readonly advice: readonly CoreDnsAdvice[]
  /** `address:port` of all that answered. */
  readonly asked: readonly string[]
}

/** An object that was, or is to be, changed. */
export interface CoreDnsChange {
  readonly object: string
  readonly what: string
}

export interface CoreDnsAdvice {
  readonly object: string
  /** A JSON merge patch (RFC 7396) of the object as it is now. */
  readonly patch?: object
  readonly command: string
}

/** Where refusals are shown: log, metric, and an Event on the object. */
export interface Report {
  /** States everything that is refused to an owner now; none clears what was. */
  refusals(owner: Owner, refused: readonly Refusal[]): void
  /** States how owners stand at single hosts now; what else is refused to them stays. */
  standings(standings: readonly Standing[]): void
  /** Notes in the object's status which generation of it was handled, for kinds that have a field for it. Fails nothing. */
  observed(event: ObjectEvent): Promise<void>
}

export interface Work {
  /** Dispatches an event of ours and waits for its effect. */
  request(kind: EventKind<unknown>): Promise<readonly Handled[]>
  /** Has owners ask once more, as they are now. It is not waited for. */
  askAgain(owners: readonly OwnerId[]): void
  /**
   * Waits until all that is queued has taken effect, or the drain's deadline.
   * @returns how many keys were not done by then
   */
  drain(): Promise<{ readonly left: number }>
}

export { GiveUp, RetryLater } from './errors.ts'
export {
  absenceConfirmed,
  certRotated,
  clusterStarted,
  clusterStopping,
  corednsChanged,
  objectChanged,
  objectDeleted,
  oneOf,
  policyChanged,
  reconcileDue,
  recordDisturbed,
} from './events.ts'
