/** Everything that a function may touch which runs on the host itself. */
export interface HostContext {
  readonly adapters: Adapters
  readonly hostsFiles: HostsFiles
  readonly resolver: HostResolver
  /** Aborts when the process is asked to stop, or the deadline of the event has passed. */
  readonly signal: AbortSignal
}

/** Which DNS servers this host asks. What was there is in the journal before anything is changed. */
export interface Adapters {
  /**
   * Every place asks the cluster's server, until {@link takeBack}.
   * @param zones for which it answers; the others are let be
   * @throws RetryLater or GiveUp naming the places that can't be told, and what is missing
   */
  set(zones: readonly string[], signal: AbortSignal): Promise<Told>
  /** Whether they were set and not taken back since, maybe by another process or before a reboot. */
  isWanted(): Promise<boolean>
  /**
   * Every place asks whom it asked before, except where somebody else has changed that since. Not to be aborted: a
   * host that is left half told has no DNS.
   */
  takeBack(): Promise<TakenBack>
  /** The same, but they are still wanted: as long as the server does not answer. */
  suspend(): Promise<TakenBack>
}

export interface Told {
  /** None where no driver applies, or it can't do what is wished for; `because` says why. */
  readonly driver: string | undefined
  readonly because: string
  readonly places: readonly ToldPlace[]
}

export interface ToldPlace {
  readonly id: string
  readonly label: string
  /** `contested`: somebody else sets it again and again, so it is left to them for a while. */
  readonly outcome: 'as it was' | 'told' | 'contested'
}

export interface TakenBack {
  /** Labels of places that are as they were found now, or as others have set them since. */
  readonly restored: readonly string[]
  /** Places that could not be put back, and why: they stay in the journal, for the next time. */
  readonly left: readonly { readonly label: string; readonly because: string }[]
}

/** Names that the host knows without DNS: lines of ours in its hosts files. */
export interface HostsFiles {
  /** Makes our lines what the names answer now. */
  write(signal: AbortSignal): Promise<readonly HostsFileChange[]>
  /** Takes our lines out. Not to be aborted, as {@link Adapters.takeBack}. */
  remove(): Promise<readonly HostsFileChange[]>
}

export interface HostsFileChange {
  readonly path: string
  readonly changed: boolean
  /** What somebody should know of it; one sentence each. */
  readonly remarks: readonly string[]
}

/** What programs on this host get when they ask for a name. */
export interface HostResolver {
  /** For which of our zones the cluster's server answers, asked directly. */
  served(signal: AbortSignal): Promise<Served>
  /**
   * What can be proven later: asked before anything is changed.
   * @throws RetryLater if the cluster's server answers for none of our zones: whoever asked it would have no DNS
   */
  survey(signal: AbortSignal): Promise<Survey>
  /** @throws RetryLater if by the deadline the host does not get one of the names */
  prove(survey: Survey, signal: AbortSignal): Promise<void>
}

export interface Served {
  readonly zones: readonly string[]
  /** One sentence for each zone that is missing. */
  readonly faults: readonly string[]
}

export interface Survey extends Served {
  /** Names of ours that have addresses; a zone of which no such name is known has none. */
  readonly ours: readonly { readonly name: string; readonly addresses: readonly string[] }[]
  /** A name of the Internet; undefined where none is configured, or the host did not get it before either. */
  readonly foreign: string | undefined
}
