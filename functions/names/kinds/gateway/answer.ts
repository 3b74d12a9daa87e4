import type { Refusal } from '../../claim.ts'
import { printable } from '../../targets/targets.ts'
import type { Ask, Asked } from '../kind.ts'
import { type Attachment, isFault } from './attachment.ts'
import type { Fault } from './referred.ts'
import { servedHosts } from './served-hosts.ts'

/** What a route asks for at one of its parents, and as which hosts it is served there; none: `fault` says why. */
export interface Answer {
  readonly wanted: Ask
  readonly hosts: readonly string[]
  readonly fault: string
}

export function answerAt(place: Attachment | Fault, wanted: Ask): Answer {
  if (isFault(place)) return { wanted, hosts: [], fault: place.fault }
  const { listeners, parent } = place
  const theirs = [...new Set(listeners.map(({ hostname }) => hostname))].join(', ')
  return {
    wanted,
    hosts: servedHosts(wanted.host, listeners),
    fault: `the listeners of ${parent.title} that take it serve ${printable(theirs)} only`,
  }
}

/** What a route asks for, from the answers at all of its parents. @param ownHosts whether it names hosts itself */
export function outcome(answers: readonly Answer[], ownHosts: boolean): Asked {
  const asks = joined(answers)
  const isLent = ({ host }: Ask) => !ownHosts && host.startsWith('*.')
  return {
    asks: asks.filter((each) => !isLent(each)),
    refused: [...asks.filter(isLent).map(lentWildcard), ...unserved(answers)],
  }
}

/** One ask for each host, with the targets that it has at any of the parents. */
function joined(answers: readonly Answer[]): readonly Ask[] {
  const asks = new Map<string, Ask>()
  for (const { wanted, hosts } of answers) {
    for (const host of hosts) {
      const targets = new Set([...(asks.get(host)?.targets ?? []), ...wanted.targets])
      asks.set(host, { ...wanted, host, targets: [...targets] })
    }
  }
  return [...asks.values()]
}

const lentWildcard = ({ host }: Ask): Refusal => ({
  host,
  reason: 'wildcard',
  message:
    "CoreDNS's etcd plugin serves no wildcard, and the route has it from a listener: " +
    'list its hosts in spec.hostnames or in the hostname annotation',
})

/** A host that one parent serves is not missed at the others. */
function unserved(answers: readonly Answer[]): readonly Refusal[] {
  const byHost = [...Map.groupBy(answers, ({ wanted }) => wanted.host)]
  return byHost
    .filter(([, all]) => all.every(({ hosts }) => hosts.length === 0))
    .map(([host, all]) => ({
      host: printable(host),
      reason: 'not-attached',
      message: [...new Set(all.map(({ fault }) => fault))].join('; '),
    }))
}
