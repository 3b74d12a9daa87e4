import { absenceConfirmed } from '../events.ts'
import type { Command } from './command.ts'
import { tellInstance } from './send.ts'

export const release: Command = {
  name: 'release',
  summary: 'Confirm to the running instance that what the cluster no longer has is really gone',
  example: 'k2s-dns release --http.port 8053',
  async run(call) {
    const { answer } = await tellInstance(absenceConfirmed, call)
    call.say('the names are those of the cluster as it is now', answer)
    return 0
  },
}
