import { layouts } from '../effects/records/layout.ts'
import { GiveUp } from '../errors.ts'
import type { Command } from './command.ts'
import { withStore } from './store.ts'

export const migrate: Command = {
  name: 'migrate',
  operands: layouts.join('|'),
  summary: 'Move what is stored to the layout of an older version, before that one is started',
  example: 'k2s-dns migrate 1 --etcd.endpoints http://10.0.0.5:2379',
  async run({ config, operands: [operand], say }) {
    const layout = layouts.find((each) => each === operand)
    if (layout === undefined) throw new GiveUp(`migrate takes one of ${layouts.join(', ')}`)
    await withStore(config, (records) => records.migrate(layout))
    const { instance } = config
    say(`what ${instance} keeps has layout ${layout} now`, { instance, layout })
    return 0
  },
}
