import { keysOf } from '../../functions/names/keys.ts'
import { connectEtcd } from '../clients/etcd.ts'
import { type Layout, layouts, migrate as move } from '../effects/records/layout.ts'
import { GiveUp } from '../errors.ts'
import type { Command } from './command.ts'

export const migrate: Command = {
  name: 'migrate',
  operands: layouts.join('|'),
  summary: 'Move what is stored to the layout of an older version, before that one is started',
  example: 'k2s-dns migrate 1 --etcd.endpoints http://10.0.0.5:2379',
  async run({ config: { etcd: options, instance, dns }, operands: [operand], say }) {
    const layout = layouts.find((each) => each === operand) satisfies Layout | undefined
    if (layout === undefined) throw new GiveUp(`migrate takes one of ${layouts.join(', ')}`)
    const etcd = await connectEtcd(options)
    try {
      await move(etcd, keysOf({ instance, recordPrefix: dns.prefix }), layout)
    } finally {
      etcd.close()
    }
    say(`what ${instance} keeps has layout ${layout} now`, { instance, layout })
    return 0
  },
}
