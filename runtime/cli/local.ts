import { orphaned } from '../../deploy/local/orphaned.ts'
import type { Command } from './command.ts'

export const local: Command = {
  name: 'local',
  summary: 'Start etcd, kube-apiserver, CoreDNS and the functions here, and see names answer',
  example: 'npm start -- --watch ./my-manifests',
  flags: {
    once: {
      kind: 'boolean',
      description: 'Stop again after the proof; exit code 1 if a name is missing',
    },
    watch: {
      kind: 'string',
      description: 'Folder of manifests to keep applied as its files change',
    },
  },
  async run(call) {
    const alone = orphaned({ lifecycleEvent: call.env['npm_lifecycle_event'], signal: call.signal })
    const signal = AbortSignal.any([call.signal, alone])
    const { runStack } = await import('./local-stack.ts') // its parts are not loaded for other commands
    try {
      return await runStack({ ...call, signal })
    } catch (error) {
      if (signal.aborted) return 0 // stopped while it was starting
      throw error
    }
  },
}
