import { defineFunction, recordDisturbed } from '../runtime/function.ts'

/**
 * Somebody else changed a record of ours, or left a name that a claim waits for: the name is as its claims ask
 * again, and whoever gets or loses it by that is told.
 * @throws RetryLater if etcd has not committed within its deadline
 */
export const onRecordDisturbed = defineFunction({
  name: 'on-record-disturbed',
  on: recordDisturbed,
  async handle({ name }, { records, report }) {
    const { mended, standings } = await records.mend(name)
    report.standings(standings)
    return { name, mended }
  },
})
