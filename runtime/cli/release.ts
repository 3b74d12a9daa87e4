import { absenceConfirmed, plainEvent } from '../events.ts'
import type { Command } from './command.ts'
import { sendEvent } from './send.ts'

export const release: Command = {
  name: 'release',
  summary: 'Confirm to the running instance that what the cluster no longer has is really gone',
  example: 'k2s-dns release --http.port 8053',
  async run({ config, say, signal }) {
    const url = `http://127.0.0.1:${config.http.port}`
    const event = plainEvent(absenceConfirmed, '/k2s-dns/cli')
    const answer = await sendEvent(event, { url, timeoutMs: 60_000, signal })
    say('the names are those of the cluster as it is now', answer)
    return 0
  },
}
