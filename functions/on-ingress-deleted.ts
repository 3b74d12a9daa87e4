import { defineFunction, objectDeleted } from '../runtime/function.ts'

/**
 * An ingress, or another object that asked for names, went: the names that only it asked for are gone, those that it shared stay,
 * and whoever waited for one gets it.
 * @throws RetryLater if etcd has not committed within its deadline
 */
export const onIngressDeleted = defineFunction({
  name: 'on-ingress-deleted',
  on: objectDeleted,
  async handle({ owner }, { records, report, work }) {
    const { changed, late, standings, heirs } = await records.release(owner)
    if (!late) report.refusals(owner, [])
    report.standings(standings)
    work.askAgain(heirs)
    return { changed, late }
  },
})
