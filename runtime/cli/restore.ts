import type { Command } from './command.ts'
import { restoreHost } from './host-part.ts'

export const restore: Command = {
  name: 'restore',
  summary: 'Put this host’s DNS back as it was found; also after a crash, as often as you like',
  example: 'k2s-dns restore',
  async run(call) {
    const { text, value } = await restoreHost(call)
    call.say(text, value)
    return 0
  },
}
