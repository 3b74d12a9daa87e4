import type { RunningContainer } from './container.ts'
import type { Pod } from './pod-object.ts'

export interface Facts {
  readonly node: string
  readonly address: string | undefined
  readonly container: RunningContainer | undefined
  readonly ready: boolean
  /** Why something of it can't be mounted; '' if all can. */
  readonly wrong: string
}

/** What kubelet says of a pod. @returns with a key, which is the same as long as nothing has changed */
export function statusOf({ spec: { containers } }: Pod, facts: Facts) {
  const { node, address, container, ready, wrong } = facts
  const [{ name, image }] = containers
  const state = container?.state ?? { is: 'waiting', why: 'ContainerCreating' }
  const restartCount = container?.restarts ?? 0
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const condition = (type: string, holds: boolean, message = '') => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime,
    ...(message && { message }),
  })
  const status = {
    phase: container ? 'Running' : 'Pending',
    hostIP: node,
    ...(address && { podIP: address, podIPs: [{ ip: address }] }),
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', ready, wrong),
      condition('Ready', ready, wrong),
    ],
    containerStatuses: [
      {
        name,
        image,
        imageID: image,
        ready,
        started: state.is === 'running',
        restartCount,
        state:
          state.is === 'running'
            ? { running: { startedAt: state.since.toISOString().replace(/\.\d+Z$/, 'Z') } }
            : { waiting: { reason: reasonOf(state.why), message: wrong || state.why } },
      },
    ],
  }
  return { status, key: JSON.stringify([address, ready, wrong, state, restartCount]) }
}

/** A reason is one word. */
const reasonOf = (why: string) => (/^\w+$/.test(why) ? why : 'RunContainerError')
