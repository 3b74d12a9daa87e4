import {
  absenceConfirmed,
  defineFunction,
  oneOf,
  policyChanged,
  reconcileDue,
} from '../runtime/function.ts'

/**
 * A schedule fired, the policy changed, or an operator confirmed that what is missing is gone: everything
 * is read and compared, and what events should have done and did not is done now. What we keep is mended
 * first, so that the objects are compared with the truth.
 */
export const onReconcile = defineFunction({
  name: 'on-reconcile',
  on: oneOf(reconcileDue, policyChanged, absenceConfirmed),
  async handle(event, { records, world, signal }) {
    const audit = await records.audit()
    const resync = await world.resync({ confirmed: absenceConfirmed.covers(event), signal })
    return { ...resync, hosts: audit.hosts, mended: audit.mended + resync.mended }
  },
})
