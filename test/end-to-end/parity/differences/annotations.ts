import type { Difference } from './difference.ts'

export const annotations: readonly Difference[] = [
  {
    what: 'Both prefixes',
    theirs: 'reads the prefix that it is told, and no other',
    ours: 'reads both, the new one first',
    why: 'a move from one to the other must not lose names',
    at: ['new-prefix.ingress', 'old-prefix.ingress'],
  },
  {
    what: 'A mistaken `ingress-hostname-source`',
    theirs: 'drops all names of the Ingress without a word, and then asks the template',
    ours: 'takes it for not set and tells it (`invalid-annotation`)',
    why: 'a slip of the pen should not take names away; ExternalDNS does so for routes, too',
    at: ['any-rule.ingress', 'any-text.ingress', 'source-mistaken.ingress.template'],
  },
  {
    what: 'The hostname source of another kind',
    theirs:
      'reads `ingress-hostname-source` of Ingresses, `gateway-hostname-source` of routes, neither of Traefik’s',
    ours: 'reads either of them of every kind that has hosts of its own',
    why: 'both say the same, and nobody writes one who does not mean it',
    at: ['of-ingress.ingress', 'of-route.http', 'not-ruled.traefik'],
  },
  {
    what: 'Values in another case',
    theirs: 'takes `access: PRIVATE` and `endpoints-type: hostip` for not set',
    ours: 'takes any case',
    why: 'as both do for the hostname sources; what else is written there is told',
    at: ['loud.service', 'mistaken-type.service'],
  },
  {
    what: '`controller` of DNSEndpoints, Traefik’s routes and Gateways',
    theirs: 'does not read it',
    ours: 'leaves the object alone; a Gateway takes no route then',
    why: 'it means the same everywhere: this is not yours',
    at: ['theirs.crd', 'theirs.traefik', 'left.http'],
  },
]
