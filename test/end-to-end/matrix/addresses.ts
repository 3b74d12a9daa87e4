import type { TargetSource } from '../../../functions/names/kinds/kind.ts'

/** What a name answers by: one of the sources of targets, what the object itself is or says, or nothing. */
export type Decider = TargetSource | 'itself' | 'nothing'

/** An address for each, so that an answer tells who decided. */
export type Addresses = Readonly<Record<Exclude<Decider, 'nothing'>, string>>

export const addresses: Addresses = {
  annotation: '10.1.0.1',
  status: '10.2.0.1',
  controller: '10.3.0.1',
  default: '10.4.0.1',
  itself: '10.5.0.1',
}

/** Where everything is after it moved; the default is a setting and stays. */
export const addressesAfter: Addresses = {
  annotation: '10.1.0.2',
  status: '10.2.0.2',
  controller: '10.3.0.2',
  default: addresses.default,
  itself: '10.5.0.2',
}
