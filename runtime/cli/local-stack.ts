import { once } from 'node:events'
import { join } from 'node:path'
import { ensureServers } from '../../deploy/local/build.ts'
import { type Applied, createFolder } from '../../deploy/local/folder.ts'
import { startFunctions } from '../../deploy/local/functions.ts'
import { startStack } from '../../deploy/local/stack.ts'
import { connectKubernetes } from '../clients/kubernetes.ts'
import { systemClock } from '../clock.ts'
import type { Call } from './command.ts'

const deploy = join(import.meta.dirname, '..', '..', 'deploy')
const zones = ['cluster.local']
const defaultTarget = '127.0.0.1'

/** Until the signal aborts, or the proof is given with `--once`. @returns the exit code */
export async function runStack(call: Call): Promise<number> {
  const { env, flags, progress, say, signal } = call
  const servers = await ensureServers({ env, progress, signal })
  progress.update('starting etcd, kube-apiserver and CoreDNS')
  await using stack = await startStack({ servers, zones, signal })
  const client = connectKubernetes(stack.apiserver.adminKubeconfig, systemClock)
  const dns = `${stack.coredns.address}:${stack.coredns.port}`
  const folder = (path: string) => createFolder({ path, client, dns, signal })
  await folder(join(deploy, 'kubernetes')).apply()
  progress.update('starting the functions')
  const functions = await startFunctions(stack, {
    zones,
    args: [`--targets.default=${defaultTarget}`],
  })
  const asking = { functionsUrl: functions.url }
  progress.done('etcd, kube-apiserver, CoreDNS and k2s-dns run on 127.0.0.1')

  const examples = await folder(join(deploy, 'local', 'examples')).apply(asking)
  const applied = examples.toSorted((a, b) => b.addresses.length - a.addresses.length)
  for (const each of applied) say(describe(each), each)
  if (flags['once'] === true) return applied.every(isAsItShouldBe) ? 0 : 1

  const [answering] = applied.filter(({ addresses }) => addresses.length > 0)
  const where = [
    `--kubeconfig ${stack.apiserver.functionsKubeconfig}`,
    `--etcd.endpoints ${stack.etcd.endpoint}`,
    `--dns.servers ${dns}`,
  ]
  say(`
  dig @${stack.coredns.address} -p ${stack.coredns.port} ${answering?.host} +short
  KUBECONFIG=${stack.apiserver.adminKubeconfig} kubectl get ingress
  npx k2s-dns invoke on-reconcile --http.port ${functions.port}
  npx k2s-dns trace ${answering?.host} ${where.join(' ')}

Logs: ${stack.directory}/*.log. Ctrl-C stops all of it.`)
  const watched = flags['watch']
  if (typeof watched === 'string') {
    await folder(watched).keep(asking, (each) => {
      if (each instanceof Error) say(`✗ ${each.message}`, { error: each.message })
      else say(describe(each), each)
    })
  } else {
    await once(signal, 'abort')
  }
  return 0
}

/** It answers, or it is refused with a reason. */
const isAsItShouldBe = ({ addresses, refused }: Applied) =>
  refused !== undefined || addresses.length > 0

function describe({ host, addresses, tookMs, refused }: Applied): string {
  const name = host.padEnd(28)
  if (refused) return `✗ ${name} refused: ${refused}`
  if (addresses.length === 0) return `✗ ${name} does not answer`
  return `✓ ${name} ${addresses.join(', ').padEnd(12)} after ${tookMs.toFixed(1)} ms`
}
