import { type Host, isHost, parseHost } from '../../functions/names/host.ts'
import type { ClusterEvidence } from '../../functions/names/story/story.ts'
import { tellStory } from '../../functions/names/story/tell-story.ts'
import { readTarget } from '../../functions/names/targets/target.ts'
import { printable } from '../../functions/names/targets/targets.ts'
import { askTypes } from '../clients/dns.ts'
import { readingOf } from '../effects/records/reading.ts'
import type { Snapshot } from '../effects/records/snapshot.ts'
import { GiveUp, RetryLater } from '../errors.ts'
import { namingOf, settingsOf } from '../settings.ts'
import type { Call, Command } from './command.ts'
import { storyText } from './story-text.ts'

const timeoutMs = 2_000

export const trace: Command = {
  name: 'trace',
  operands: 'NAME',
  summary: 'Tell the whole story of a name; exit code 1 if it does not answer as it should',
  example: 'k2s-dns trace shop.cluster.local --dns.servers 10.96.0.10',
  async run(call) {
    const { config, operands, say, readStore } = call
    const [text = ''] = operands
    if (operands.length !== 1) throw new GiveUp('trace takes one name')
    const host = parseHost(text, { underscores: true })
    if (!isHost(host)) {
      throw new GiveUp(`no name can be "${printable(text)}": ${host.message}`)
    }
    const snapshot = await readStore(config)
    const reading = readingOf(snapshot, namingOf(config))
    const { settlement, records } = reading.settled(host)
    const also = new Set(settlement.targets.map((target) => readTarget(target).type))
    const [cluster, servers] = await Promise.all([
      askCluster(call, snapshot, host),
      Promise.all(
        config.dns.servers.map(async (server) => ({
          server,
          answers: await askTypes(server, host, { timeoutMs, also }),
        })),
      ),
    ])
    const story = tellStory({
      host,
      policy: settingsOf(config).policy,
      claims: reading.claims(host),
      settlement,
      missing: records.filter((each) => !reading.holds(each)).map(({ key }) => key),
      keys: reading.keys,
      rivals: reading.rivals(host),
      cluster,
      servers,
    })
    say(storyText(story), story)
    return story.verdict.answers ? 0 : 1
  },
}

/** What the objects ask for is what the functions would make of them; without an API server that is not known. */
async function askCluster(
  { config, signal, planChanges }: Call,
  snapshot: Snapshot,
  host: Host,
): Promise<ClusterEvidence> {
  try {
    const { refused, changes } = await planChanges(config, snapshot, signal)
    return {
      refused: refused.filter((each) => each.host === host),
      change: changes.find((each) => each.host === host),
    }
  } catch (error) {
    if (error instanceof RetryLater) return { unknown: error.message }
    throw error
  }
}
