import { clusterStarted, defineHostFunction, RetryLater } from '../runtime/function.ts'

/**
 * The cluster started: this host gets its names, and others as before; else everything is put back.
 * @throws RetryLater if the cluster's server does not answer, or the host does not get the names that were to be
 * proven; GiveUp if a right is missing
 */
export const onHostStart = defineHostFunction({
  name: 'on-host-start',
  on: clusterStarted,
  async handle(_, { adapters, hostsFiles, resolver, signal }) {
    await adapters.takeBack() // what a crash has left, so that it is not taken for what was found
    const survey = await resolver.survey(signal)
    try {
      const told = await adapters.set(survey.zones, signal)
      const files = await hostsFiles.write(signal)
      if (told.places.length > 0) await resolver.prove(survey, signal)
      return { ...told, files, proven: survey }
    } catch (error) {
      const { left } = await adapters.takeBack()
      await hostsFiles.remove()
      if (left.length === 0) throw error
      throw new RetryLater(`not put back: ${left.map(({ label }) => label).join(', ')}`, {
        cause: error,
      })
    }
  },
})
