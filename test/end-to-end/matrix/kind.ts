import {
  type NameKind,
  type ObjectKind,
  type TargetSource,
  targetSources,
} from '../../../functions/names/kinds/kind.ts'
import type { QuestionType } from '../../support/dns-question.ts'
import type { AnObject } from '../objects.ts'
import type { Addresses, Decider } from './addresses.ts'

/** A row of the matrix: how objects of a kind look. */
export interface MatrixKind {
  /** `Ingress`, `Service (headless)` */
  readonly title: string
  readonly kind: NameKind
  /** Who decides when it is the turn of a source: that one, if the kind has it. */
  readonly decides: Readonly<Record<TargetSource, Decider>>
  object(asked: Asked): AnObject
  /** The API server lets none in that has no host. */
  readonly needsHost?: boolean
  /** Objects that decide with it, to be there before it. @param id that of the object */
  beside?(id: string, at: Addresses): readonly Placed[]
  /** Names that come with a host while it leads to what the object itself is. @param name of the object */
  comesWith?(host: string, at: Addresses, name: string): readonly Extra[]
}

export interface Asked {
  readonly hosts: readonly string[]
  /** Sources that come before it say nothing, it and those after it do. */
  readonly source: TargetSource
  readonly at: Addresses
}

export interface Placed {
  readonly kind: ObjectKind
  readonly id: string
  readonly object: AnObject
}

export interface Extra {
  readonly name: string
  readonly type: QuestionType
  readonly answer: RegExp
}

export const prefix = 'external-dns.kubernetes.io/'

/** Whether a source says something when it is the turn of another one. */
export const says = (each: TargetSource, { source }: Pick<Asked, 'source'>): boolean =>
  targetSources.indexOf(each) >= targetSources.indexOf(source)

/** A controller that has a Service, if it says something; else one without. */
export const classFor = (asked: Pick<Asked, 'source'>): string =>
  says('controller', asked) ? 'served' : 'unserved'

/** For kinds that have hosts in their own fields. */
export const annotationsFor = (asked: Asked) =>
  says('annotation', asked) ? { [`${prefix}target`]: asked.at.annotation } : {}

/** For kinds that are named by annotation. */
export const hostsByAnnotation = (asked: Asked) => ({
  ...annotationsFor(asked),
  ...(asked.hosts.length > 0 && { [`${prefix}hostname`]: asked.hosts.join(', ') }),
})

/** Of kinds that have all of the sources. */
export const eachItself = {
  annotation: 'annotation',
  status: 'status',
  controller: 'controller',
  default: 'default',
} as const satisfies MatrixKind['decides']

/** Of kinds that lead to themselves, if no annotation says otherwise. */
export const orItself = {
  annotation: 'annotation',
  status: 'itself',
  controller: 'itself',
  default: 'itself',
} as const satisfies MatrixKind['decides']
