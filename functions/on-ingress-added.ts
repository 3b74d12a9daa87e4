import { defineFunction, objectChanged } from '../runtime/function.ts'
import { claimsOf } from './names/asking/ask.ts'
import { judge } from './names/policy/policy.ts'

/**
 * An ingress, or another object that asks for names, appeared or changed, or what decides with it did: exactly
 * the host names that it may have now answer. What is refused is shown on the object and does not fail the event.
 * @throws RetryLater if etcd has not committed within its deadline
 */
export const onIngressAdded = defineFunction({
  name: 'on-ingress-added',
  on: objectChanged,
  async handle(event, { world, records, report, work, settings }) {
    const { owner, asked } = await world.ask(event)
    const stated = claimsOf(asked, settings)
    const judged = judge(owner.namespace, stated.claims, settings.policy)
    const { changed, late, ...kept } = await records.replace(owner, judged.allowed)
    if (late) return { changed, late }
    const refused = [...stated.refused, ...judged.refused, ...kept.refused]
    report.refusals(owner, refused)
    report.standings(kept.standings)
    work.askAgain(kept.heirs)
    await report.observed(event)
    return { changed, refused }
  },
})
