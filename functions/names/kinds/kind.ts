import { z } from 'zod'
import type { Selector } from '../asking/selector.ts'
import type { Template } from '../asking/template.ts'
import type { Refusal } from '../claim.ts'
import type { TypedTarget } from '../targets/target.ts'

/** A kind of Kubernetes object that we read, and what we read of it. */
export interface ObjectKind<T = unknown> {
  readonly kind: string
  /** Empty for the core group. */
  readonly group: string
  /** Best first: the first that the API server has is read. What we read must mean the same in each. */
  readonly versions: readonly string[]
  /** Plural name, as in the API's paths. */
  readonly resource: string
  /** It comes with a CRD: a cluster that lacks it is waited for. */
  readonly isCustom?: boolean
  /** It lies in no namespace. */
  readonly clusterWide?: boolean
  /** Only objects with this label (`key=value`) are read; default: all. */
  readonly label?: string
  /** Everything that it does not name is dropped, so that little is kept. */
  readonly schema: z.ZodType<T>
}

/** A kind whose objects ask for names. */
export interface NameKind<T = unknown> extends ObjectKind<T> {
  /** It is read only where `sources.kinds` names it. */
  readonly offByDefault?: boolean
  /** What an object asks for now. It reads nothing but the object, and others by `find`. */
  asks(object: T, context: AskContext): Asked
  /**
   * The generation of an object that is read, where its status has a field for the one that was handled last and says
   * another; kinds that have no such field leave this out.
   */
  unobserved?(object: T, settings: AskSettings): number | undefined
}

/** A name as an object states it, with what it is to answer: texts from outside, not looked at yet. */
export interface Ask {
  readonly host: string
  /** Addresses, or one name, or types that are named: see `parseTargets`. */
  readonly targets: readonly (string | TypedTarget)[]
  /** Seconds; default: as configured. */
  readonly ttlSeconds?: number | undefined
}

/** What an object asks for, and what of it is refused at once, as what is written there makes no sense. */
export interface Asked {
  readonly asks: readonly Ask[]
  readonly refused: readonly Refusal[]
}

/** Where the targets of a name may come from. */
export const targetSources = ['annotation', 'status', 'controller', 'default'] as const
export type TargetSource = (typeof targetSources)[number]

/** How objects are read, by configuration. */
export interface AskSettings {
  readonly ttlSeconds: number
  readonly targets: {
    /** The first of them that names a target decides. */
    readonly order: readonly TargetSource[]
    /** For objects of which nothing else names a target. */
    readonly default: readonly string[]
    /** The Service behind which a controller is found, by its own name or that of its class; else the usual ones. */
    readonly controllers: ReadonlyMap<string, ServiceName>
  }
  /** Objects that they do not match are read as if they were not there; default: all match. */
  readonly annotationFilter?: Selector | undefined
  readonly labelFilter?: Selector | undefined
  /** Ingresses of other classes are not read; none named: all are. */
  readonly ingressClasses?: readonly string[] | undefined
  /** Names for objects that state none, … */
  readonly template?: Template | undefined
  /** … and for the others too. */
  readonly combineTemplate?: boolean | undefined
  /** The `hostname` annotation is not read. */
  readonly ignoreHostnameAnnotation?: boolean | undefined
  /** Hosts in the rules of an Ingress are not read. */
  readonly ignoreIngressRules?: boolean | undefined
  /** Hosts in the `tls` of an Ingress are not read. */
  readonly ignoreIngressTls?: boolean | undefined
  /** The `hostname` annotation names a Service of type ClusterIP too. */
  readonly publishInternalServices?: boolean | undefined
}

export interface ServiceName {
  readonly namespace: string
  readonly name: string
}

export interface AskContext {
  readonly settings: AskSettings
  readonly find: Find
  /** Of the object that is asked, for templates. */
  readonly kind?: string | undefined
}

/**
 * Other objects that decide with it, as they are now. Whatever is asked for here is watched: when the answer
 * changes, the object is asked again. A kind that the cluster does not have has no objects.
 */
export type Find = <T>(kind: ObjectKind<T>, which: Which) => readonly T[]

/** Which objects of a kind: one by its name, those with a label, or all; of one namespace, or of all. */
export interface Which {
  readonly namespace?: string
  readonly name?: string
  readonly label?: { readonly key: string; readonly value: string }
}

const texts = z.record(z.string(), z.string()).nullish()

/** To be part of each schema, as far as it is read. */
export const metadata = z.object({
  namespace: z.string().default(''),
  name: z.string().default(''),
  labels: texts,
  annotations: texts,
})

export type Metadata = z.infer<typeof metadata>
