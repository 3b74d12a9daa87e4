import { GiveUp } from '../errors.ts'
import type { Command } from './command.ts'
import { withStore } from './store.ts'

export const uninstall: Command = {
  name: 'uninstall',
  summary: 'Show what this instance has in etcd; with --yes remove it, and nothing else',
  example: 'k2s-dns uninstall --etcd.endpoints http://10.0.0.5:2379 --yes',
  flags: {
    yes: { kind: 'boolean', description: 'Remove it; stop all instances before' },
    adopted: {
      kind: 'string',
      description: '"forget": although names taken over from ExternalDNS could be returned',
    },
  },
  run: ({ config, flags, say }) =>
    withStore(config, async (records) => {
      const found = await records.installed()
      const adopted = (await records.adoption.names()).length
      const what = `${found.records} records below ${config.dns.prefix}, ${found.state} keys below /k2s-dns/${config.instance}`
      const isForgotten = flags['adopted'] === 'forget'
      if (flags['adopted'] !== undefined && !isForgotten) {
        throw new GiveUp(`--adopted ${flags['adopted']}: write forget, or leave it out`)
      }
      const adoptedToo = `names taken over from ExternalDNS: ${adopted}. k2s-dns adopt --back returns them`
      if (flags['yes'] !== true) {
        say(
          [
            `${what} would be removed`,
            ...(adopted > 0 ? [adoptedToo] : []),
            '--yes does it. Stop all instances before.',
          ].join('\n'),
          { ...found, adopted },
        )
        return 0
      }
      if (adopted > 0 && !isForgotten) {
        throw new GiveUp(`${adoptedToo}; --adopted forget removes their names for good`)
      }
      await records.uninstall()
      say(
        `${what}: removed\nWhat is left: kubectl delete -f deploy/kubernetes/, and the etcd stanza of CoreDNS`,
        { ...found, adopted, removed: true },
      )
      return 0
    }),
}
