import { join } from 'node:path'
import { ensureServers } from '../../deploy/local/build.ts'
import { type Applied, createFolder } from '../../deploy/local/folder.ts'
import { startFunctions } from '../../deploy/local/functions.ts'
import { orphaned } from '../../deploy/local/orphaned.ts'
import { startStack } from '../../deploy/local/stack.ts'
import { connectKubernetes } from '../clients/kubernetes.ts'
import { systemClock } from '../clock.ts'
import type { Call, Command } from './command.ts'

const deploy = join(import.meta.dirname, '..', '..', 'deploy')
const zones = ['cluster.local']
const defaultTarget = '127.0.0.1'

export const local: Command = {
  name: 'local',
  summary: 'Start etcd, kube-apiserver, CoreDNS and the functions here, and see names answer',
  example: 'npm start -- --watch ./my-manifests',
  flags: {
    once: { kind: 'boolean', description: 'Stop again after the proof; exit code 1 if a name is missing' },
    watch: { kind: 'string', description: 'Folder of manifests to keep applied as its files change' },
  },
  async run(call) {
    const npm = orphaned(call.env['npm_lifecycle_event'] !== undefined)
    const signal = AbortSignal.any([call.signal, npm])
    try {
      return await runStack({ ...call, signal })
    } catch (error) {
      if (signal.aborted) return 0 // stopped while it was starting
      throw error
    }
  },
}

async function runStack(call: Call): Promise<number> {
  const { env, flags, progress, say, signal } = call
  const programs = await ensureServers({ env, progress, signal })
  progress('starting etcd, kube-apiserver and CoreDNS')
  const stack = await startStack({ programs, zones, signal })
  try {
    const client = connectKubernetes(stack.apiserver.adminKubeconfig, systemClock)
    const folder = (path: string) => createFolder({ path, client, dns: stack.coredns.address, signal })
    progress('granting the rights of deploy/kubernetes/rbac.yaml')
    await folder(join(deploy, 'kubernetes')).apply()
    progress('starting the functions')
    const functions = await startFunctions(stack, { zones, defaultTarget, signal })
    const applied = await folder(join(deploy, 'local', 'examples')).apply({ askUrl: functions.url })
    applied.forEach((each) => say(describe(each), each))
    const isRight = applied.every(({ addresses, refused }) => refused !== undefined || addresses.length > 0)
    if (flags['once'] === true) return isRight ? 0 : 1

    const host = applied.find(({ addresses }) => addresses.length > 0)?.host ?? zones[0]
    say(
      `
  dig @127.0.0.1 -p ${stack.coredns.port} ${host} +short
  KUBECONFIG=${stack.apiserver.adminKubeconfig} kubectl get ingress
  npx k2s-dns invoke on-reconcile --http.port ${functions.port}

Logs: ${stack.supervisor.folder}/*.log. Ctrl-C stops all of it.`,
    )
    const watched = flags['watch']
    if (typeof watched === 'string') {
      await folder(watched).keep({ askUrl: functions.url }, (each) => say(describe(each), each))
    } else {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    return 0
  } finally {
    progress('stopping')
    await stack.stop()
    progress('')
  }
}

function describe({ host, addresses, tookMs, refused }: Applied): string {
  const name = host.padEnd(28)
  if (refused) return `✗ ${name} refused: ${refused}`
  if (addresses.length === 0) return `✗ ${name} does not answer`
  return `✓ ${name} ${addresses.join(', ').padEnd(12)} after ${tookMs.toFixed(1)} ms`
}
