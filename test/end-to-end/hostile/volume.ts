import { full } from '../../runner/full.ts'
import { type Attempt, trapped } from './attempt.ts'

const hosts = (count: number, tail = '') =>
  Array.from({ length: count }, (_, index) => `h${index}${tail}.cluster.local`)
const many = full ? 10_000 : 2_000
/** In full, as many as the API server takes: an object of 1.5 MB. */
const long = full ? 5_800 : 300
const tail = `.${['a', 'b', 'c'].map((letter) => letter.repeat(63)).join('.')}.${'d'.repeat(38)}`
const objects = full ? 5_000 : 200

export const volume: readonly Attempt[] = [
  {
    tries: `${many.toLocaleString('en')} hosts in one object, the victim’s the last`,
    does: (mallory) => mallory.applies({ hosts: [...hosts(many), 'till.cluster.local'] }),
    answers: { 'h0.cluster.local': trapped, [`h${many - 1}.cluster.local`]: trapped },
    shown: ['taken'],
  },
  {
    tries: `${long.toLocaleString('en')} hosts of 250 octets in one object`,
    does: (mallory) => mallory.applies({ hosts: hosts(long, tail) }),
    answers: {
      [`h0${tail}.cluster.local`]: trapped,
      [`h${long - 1}${tail}.cluster.local`]: full ? 'NXDOMAIN' : trapped,
    },
    shown: full ? ['too-many-names'] : [],
  },
  {
    tries: 'the same host a thousand times',
    does: (mallory) => mallory.applies({ hosts: Array(1_000).fill('twice.cluster.local') }),
    answers: { 'twice.cluster.local': trapped },
  },
  {
    tries: 'a thousand hosts that are refused',
    does: (mallory) =>
      mallory.applies({
        hosts: Array.from({ length: 1_000 }, (_, index) => `x${index}.svc.cluster.local`),
      }),
    answers: { 'x0.svc.cluster.local': 'NXDOMAIN' },
    shown: ['reserved'],
  },
  {
    tries: `${objects.toLocaleString('en')} objects, each with a name of its own and the victim’s`,
    async does(mallory) {
      for (let index = 0; index < objects; index++) {
        await mallory.world.apply({
          name: `m${index}`,
          namespace: 'mallory',
          spec: {
            defaultBackend: { service: { name: 'web', port: { number: 80 } } },
            rules: [{ host: `m${index}.cluster.local` }, { host: 'till.cluster.local' }],
          },
          status: { loadBalancer: { ingress: [{ ip: '10.6.6.6' }] } },
        })
      }
      await mallory.settles()
    },
    answers: { [`m${objects - 1}.cluster.local`]: trapped },
    shown: full ? ['taken', 'too-many-claims'] : ['taken'], // one name keeps some 300 claims
  },
]
