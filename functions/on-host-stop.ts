import { clusterStopping, defineHostFunction, hostStopping, oneOf } from '../runtime/function.ts'

/**
 * The cluster stops, or has stopped without a word, or nobody will look after this host any more: it asks whom it asked
 * before. What others have set since stays.
 */
export const onHostStop = defineHostFunction({
  name: 'on-host-stop',
  on: oneOf(clusterStopping, hostStopping),
  async handle(event, { adapters, hostsFiles }) {
    const isForNow = hostStopping.covers(event)
    const taken = await (isForNow ? adapters.suspend() : adapters.takeBack())
    return { ...taken, files: await hostsFiles.remove() }
  },
})
