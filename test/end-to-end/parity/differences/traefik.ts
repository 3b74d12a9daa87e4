import type { Difference } from './difference.ts'

export const traefik: readonly Difference[] = [
  {
    what: 'Hosts that a rule keeps out',
    theirs: 'publishes whatever stands in a `Host(…)`, also behind a `!`',
    ours: 'publishes the hosts that get through the rule',
    why: 'Traefik answers 404 at the others',
    at: ['not.traefik', 'never.traefik', 'both.traefik', 'sni-not.traefik'],
  },
  {
    what: 'What only reads as a host',
    theirs: 'finds `Host(…)` by a regular expression, in any text',
    ours: 'reads the rule as Traefik does, and refuses what Traefik refuses',
    why: 'Traefik has no such router',
    at: ['path.traefik', 'malformed.traefik'],
  },
  {
    what: 'Other ways to write a host',
    theirs: 'knows back-quotes and `Host`',
    ours: 'knows double quotes and the spellings of `Host` that Traefik takes',
    why: 'Traefik serves them',
    at: ['quoted.traefik', 'small.traefik'],
  },
  {
    what: 'The label filter',
    theirs: 'does not heed it for Traefik’s kinds',
    ours: 'heeds it for all kinds',
    why: 'whoever filters means it',
    at: [/\.traefik /],
    runs: [4],
  },
]
