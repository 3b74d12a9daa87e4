import { readFile } from 'node:fs/promises'
import { ensure } from '../../functions/corefile/ensure.ts'
import { undo } from '../../functions/corefile/undo.ts'
import type { Outcome, Wish } from '../../functions/corefile/wish.ts'
import { connectKubernetes } from '../clients/kubernetes.ts'
import { systemClock } from '../clock.ts'
import { corednsWishOf } from '../config/coredns.ts'
import type { Config } from '../config.ts'
import { type Found, patchesOf, readConfiguration } from '../effects/coredns/config-maps.ts'
import { objectsIn } from '../effects/coredns/objects.ts'
import { GiveUp } from '../errors.ts'
import type { Call, Command } from './command.ts'
import { patchText } from './corefile-text.ts'

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
    'serve-stale': {
      kind: 'string',
      description: 'Also answer while etcd is away: 1h verify 500ms',
    },
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
  const tls =
    certFile && keyFile && caFile ? { cert: certFile, key: keyFile, ca: caFile } : undefined
  const serveStale = flags['serve-stale']
  return {
    ...corednsWishOf(config, tls),
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
  { kubeconfig, coredns: { namespace, configMap } }: Config,
  signal: AbortSignal,
): Promise<Found> {
  if (typeof file === 'string') return { corefile: await readFile(file, 'utf8'), maps: {} }
  const objects = objectsIn(connectKubernetes(kubeconfig, systemClock), namespace)
  const found = await readConfiguration(objects, configMap, signal)
  if (found) return found
  throw new GiveUp(`${namespace}/${configMap} is no ConfigMap with a Corefile: give it by --file`)
}
