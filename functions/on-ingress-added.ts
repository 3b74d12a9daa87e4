import { defineFunction, ingressChanged } from '../runtime/function.ts'
import { claimsOf } from './names/ingress.ts'
import { judge } from './names/policy.ts'

/**
 * An ingress appeared or changed: exactly the host names that it may have now answer.
 * What is refused is shown on the ingress and does not fail the event.
 * @throws RetryLater if etcd has not committed within its deadline
 */
export const onIngressAdded = defineFunction({
  name: 'on-ingress-added',
  on: ingressChanged,
  async handle({ owner, object: ingress }, { records, report, settings }) {
    const stated = claimsOf(ingress, settings)
    const judged = judge(owner.namespace, stated.claims, settings.policy)
    const { changed, late, ...kept } = await records.replace(owner, judged.allowed)
    if (late) return { changed, late }
    const refused = [...stated.refused, ...judged.refused, ...kept.refused]
    report.refusals(owner, refused)
    report.standings(kept.standings)
    return { changed, refused }
  },
})
