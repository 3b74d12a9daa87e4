import { connectKubernetes } from '../clients/kubernetes.ts'
import { systemClock as clock } from '../clock.ts'
import { createCoreDns } from '../effects/coredns/index.ts'
import { GiveUp } from '../errors.ts'
import { createLog } from '../log.ts'
import type { Call, Command } from './command.ts'
import { withStore } from './store.ts'

export const uninstall: Command = {
  name: 'uninstall',
  summary:
    'Show what this instance has in etcd and of CoreDNS; with --yes remove it, and nothing else',
  example: 'k2s-dns uninstall --etcd.endpoints http://10.0.0.5:2379 --yes',
  flags: {
    yes: { kind: 'boolean', description: 'Remove it; stop all instances before' },
    adopted: {
      kind: 'string',
      description: '"forget": although names taken over from ExternalDNS could be returned',
    },
    coredns: {
      kind: 'string',
      description: '"forget": CoreDNS is left as it is, for a cluster that is no more',
    },
  },
  run: ({ config, flags, say, signal }) =>
    withStore(config, async (records, etcd) => {
      const forgotten = {
        adopted: isForgotten(flags, 'adopted'),
        coredns: isForgotten(flags, 'coredns'),
      }
      const found = await records.installed()
      const adopted = (await records.adoption.names()).length
      const client = connectKubernetes(config.kubeconfig, clock)
      const { publishProbe } = records
      const log = createLog('silent')
      const coredns = createCoreDns({
        config,
        credentials: undefined, // they are not needed to take anything back
        client,
        etcd,
        publishProbe,
        clock,
        log,
      })
      const changes = forgotten.coredns ? [] : await coredns.leftToTakeBack(signal)
      const what = `${found.records} records below ${config.dns.prefix}, ${found.state} keys below /k2s-dns/${config.instance}`
      const ofCoreDns = changes.map(({ object, what: change }) => `CoreDNS, ${object}: ${change}`)
      const adoptedToo = `names taken over from ExternalDNS: ${adopted}. k2s-dns adopt --back returns them`
      if (flags['yes'] !== true) {
        say(
          [
            ...ofCoreDns,
            `${what} would be removed`,
            ...(adopted > 0 ? [adoptedToo] : []),
            '--yes does it. Stop all instances before.',
          ].join('\n'),
          { ...found, adopted, coredns: changes },
        )
        return 0
      }
      if (adopted > 0 && !forgotten.adopted) {
        throw new GiveUp(`${adoptedToo}; --adopted forget removes their names for good`)
      }
      if (!forgotten.coredns) await coredns.takeBack(signal)
      await records.uninstall()
      say(
        [
          ...ofCoreDns,
          `${what}: removed`,
          'What is left: kubectl delete -f deploy/kubernetes/',
        ].join('\n'),
        {
          ...found,
          adopted,
          coredns: changes,
          removed: true,
        },
      )
      return 0
    }),
}

function isForgotten(flags: Call['flags'], name: string): boolean {
  const given = flags[name]
  if (given === undefined || given === 'forget') return given === 'forget'
  throw new GiveUp(`--${name} ${given}: write forget, or leave it out`)
}
