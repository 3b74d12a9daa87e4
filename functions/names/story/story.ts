import type { OwnerId, Refusal } from '../claim.ts'
import type { Settlement, StoredClaim } from '../conflicts.ts'
import type { Rival } from '../external-dns/rivals.ts'
import type { Host } from '../host.ts'
import type { Policy } from '../policy/policy.ts'
import type { TargetType } from '../targets/target.ts'
import type { NameChange } from './changes.ts'
import type { KeptKey } from './kept.ts'

/** All that can be found out of a host, by whoever asked etcd, the cluster and the DNS servers. */
export interface Evidence {
  readonly host: Host
  readonly policy: Policy
  /** Oldest first. */
  readonly claims: readonly StoredClaim[]
  /** Of the claims, beside what others keep. */
  readonly settlement: Settlement
  /** Records that there ought to be and are not. */
  readonly missing: readonly string[]
  /** Every key under the record prefix. */
  readonly keys: readonly KeptKey[]
  /** Whose keys are beside ours, or in our way. */
  readonly rivals: readonly Rival[]
  readonly cluster: ClusterEvidence
  readonly servers: readonly ServerAnswers[]
}

/** What the cluster's objects ask for now, or why that is not known. */
export type ClusterEvidence =
  | {
      readonly refused: readonly (Refusal & { readonly owner: OwnerId })[]
      /** What would become of the host if all objects were handled now. */
      readonly change?: NameChange | undefined
    }
  | { readonly unknown: string }

/** What one DNS server answers, a type a question. */
export interface ServerAnswers {
  /** `address:port` */
  readonly server: string
  readonly answers: readonly TypeAnswer[]
}

export interface TypeAnswer {
  readonly type: TargetType
  /** Written as targets are. */
  readonly values: readonly string[]
  /** The smallest of the values, if the answer told it. */
  readonly ttlSeconds?: number
  /** Why there are no values: `ENOTFOUND` (NXDOMAIN), `ENODATA`, `ETIMEOUT`, … */
  readonly code?: string
}

export type Standing = 'holds' | 'joins' | 'shares' | 'waits'

export interface ClaimStory extends StoredClaim {
  readonly standing: Standing
  readonly why: string
}

export interface KeyStory extends KeptKey {
  /** Where its name is, seen from the host. */
  readonly where: 'here' | 'above' | 'below'
}

/** A story in one sentence, with what to do where something is amiss. */
export interface Verdict {
  /** Whether the name answers what its holder asks for, as far as could be asked. */
  readonly answers: boolean
  readonly text: string
}

/** The whole story of a name. */
export interface Story {
  readonly name: string
  readonly verdict: Verdict
  /** The longest that holds it; none if no zone does. */
  readonly zone?: string | undefined
  /** Why no object may have it, whoever asks. */
  readonly objection?: Omit<Refusal, 'host'> | undefined
  readonly claims: readonly ClaimStory[]
  readonly keys: readonly KeyStory[]
  readonly rivals: readonly Rival[]
  readonly cluster: ClusterEvidence
  readonly servers: readonly ServerAnswers[]
}
