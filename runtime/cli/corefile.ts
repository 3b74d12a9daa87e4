import { readFile } from 'node:fs/promises'
import { ensure } from '../../functions/corefile/ensure.ts'
import { undo } from '../../functions/corefile/undo.ts'
import type { Outcome, Wish } from '../../functions/corefile/wish.ts'
import { connectKubernetes, isNotFound, type KubernetesClient } from '../clients/kubernetes.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { GiveUp } from '../errors.ts'
import type { Call, Command } from './command.ts'
import { type Found, patchesOf, patchText } from './corefile-patch.ts'

export const corefile: Command = {
  name: 'corefile',
  summary: 'Show what CoreDNS’s Corefile needs to serve our names, as a patch; changes nothing',
  example: 'k2s-dns corefile --dns.zones apps.example --etcd.endpoints http://10.0.0.5:2379',
  flags: {
    file: { kind: 'string', description: 'A Corefile; else the ConfigMaps of CoreDNS are read' },
    undo: { kind: 'boolean', description: 'Show the way back: all of ours taken out' },
    'coredns-cert': { kind: 'string', description: 'Client certificate, as CoreDNS sees the file' },
    'coredns-key': { kind: 'string', description: 'Its key' },
    'coredns-ca': { kind: 'string', description: 'The CA of etcd’s certificate' },
    'serve-stale': { kind: 'string', description: 'Also answer while etcd is away: 1h verify' },
  },
  async run(call) {
    const { config, flags, say, signal } = call
    const before = await read(flags['file'], config, signal)
    const outcome = flags['undo'] ? undone(before) : ensure(before, wishOf(call))
    if (outcome.kind === 'refused')
      throw new GiveUp(`the Corefile is left alone: ${outcome.reason}`)
    const { notes } = outcome
    if (outcome.kind === 'served') {
      say(['nothing is to be done', ...notes].join('\n'), { kind: 'served', notes, patches: [] })
      return 0
    }
    const patches = patchesOf(before, outcome.configuration)
    say([...patches.map(patchText), ...notes, howTo].join('\n'), { kind: 'edited', notes, patches })
    return 0
  },
}

const howTo =
  'apply it with: k2s-dns corefile … --output json | jq ".patches[0].patch" | ' +
  'kubectl -n kube-system patch configmap coredns --type merge --patch-file /dev/stdin'

function wishOf({ config, flags }: Call): Wish {
  const [cert, key, ca] = ['cert', 'key', 'ca'].map((each) => flags[`coredns-${each}`])
  const texts = [cert, key, ca].filter((each) => typeof each === 'string')
  if (texts.length > 0 && texts.length < 3)
    throw new GiveUp('give all of --coredns-cert, --coredns-key and --coredns-ca, or none')
  const [certFile, keyFile, caFile] = texts
  const serveStale = flags['serve-stale']
  return {
    zones: config.dns.zones,
    etcd: {
      path: config.dns.prefix,
      endpoints: config.etcd.endpoints,
      ...(certFile && keyFile && caFile && { tls: { cert: certFile, key: keyFile, ca: caFile } }),
    },
    editCaches: true,
    ...(typeof serveStale === 'string' && { serveStale }),
  }
}

function undone(before: Found): Outcome {
  const back = undo(before)
  if (back.kind === 'refused') return back
  const isSame = patchesOf(before, back.configuration).length === 0
  return isSame
    ? { kind: 'served', notes: ['nothing in it is ours'] }
    : { kind: 'edited', configuration: back.configuration, notes: [] }
}

async function read(
  file: string | boolean | undefined,
  { kubeconfig }: Config,
  signal: AbortSignal,
): Promise<Found> {
  if (typeof file === 'string') return { corefile: await readFile(file, 'utf8'), versions: {} }
  const client = connectKubernetes(kubeconfig, systemClock)
  const [main, custom] = await Promise.all([
    readConfigMap(client, 'coredns', signal),
    readConfigMap(client, 'coredns-custom', signal),
  ])
  const text = main?.data?.['Corefile']
  if (text === undefined)
    throw new GiveUp('kube-system/coredns is no ConfigMap with a Corefile: give it by --file')
  const versions = Object.fromEntries(
    [main, custom].flatMap((each) =>
      each ? [[each.metadata.name, each.metadata.resourceVersion]] : [],
    ),
  )
  return { corefile: text, custom: custom?.data ?? {}, versions }
}

interface ConfigMap {
  readonly metadata: { readonly name: string; readonly resourceVersion: string }
  readonly data?: Readonly<Record<string, string>>
}

async function readConfigMap(
  client: KubernetesClient,
  name: string,
  signal: AbortSignal,
): Promise<ConfigMap | undefined> {
  try {
    const path = `/api/v1/namespaces/kube-system/configmaps/${name}`
    return await client.request<ConfigMap>('GET', path, { signal })
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
