import { lookup as getaddrinfo } from 'node:dns/promises'
import { GiveUp } from '../errors.ts'
import type { Command } from './command.ts'

export const lookup: Command = {
  name: 'lookup',
  operands: 'NAME',
  summary: 'Ask for a name as any program on this host does; exit code 1 if there is no answer',
  example: 'k2s-dns lookup shop.cluster.local',
  async run({ operands: [name = '', ...more], say }) {
    if (name === '' || more.length > 0) throw new GiveUp('lookup takes one name')
    try {
      const addresses = (await getaddrinfo(name, { all: true })).map(({ address }) => address)
      say(`${name} is ${addresses.join(', ')}`, { name, addresses })
      return 0
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException // node:dns rejects with codes
      say(`${name}: ${code}`, { name, addresses: [], code })
      return 1
    }
  },
}
