import type { Difference } from './difference.ts'

export const gatewayApi: readonly Difference[] = [
  {
    what: 'What no controller has accepted yet',
    theirs: 'waits for `Accepted: True` in the status of the route and of its ListenerSet',
    ours: 'waits for nobody',
    why: 'the name comes with its route, also where no controller writes a status (K2s)',
    at: ['unseen.http', 'unseen.grpc', 'elsewhere.http', 'set-new.http'],
  },
  {
    what: 'A refusal of an older generation',
    theirs: 'believes it until the next one',
    ours: 'does not: nobody has judged the route as it is now',
    why: 'as above',
    at: ['refused-before.http'],
  },
  {
    what: 'The section of a route',
    theirs: 'takes the one in the status, and without one there all listeners',
    ours: 'takes the one in the spec',
    why: 'that is what the author asks for; some controllers leave it out of the status',
    at: ['a.split.http'],
  },
  {
    what: 'Addresses that only a controller knows',
    theirs: 'takes any value in `status.addresses`',
    ours: 'takes those of the types IPAddress and Hostname',
    why: 'others are no addresses',
    at: ['special.http'],
  },
  {
    what: '`target` on a route',
    theirs: 'reads it of the Gateway only',
    ours: 'reads that of the route where the Gateway has none',
    why: 'as for every other kind',
    at: ['route-aimed.http'],
  },
  {
    what: '`hostname` on a Gateway',
    theirs: 'does not read it',
    ours: 'gives a Gateway the names of its annotation, or of the template',
    why: 'routes need not be there for it',
    at: ['called.gateways', /\.gateway\.template /],
  },
]
