import * as assert from 'uvu/assert'
import { failureOf } from '../../support/outcome.ts'
import { anIngress } from '../an-ingress.ts'
import { patience } from '../world.ts'
import { type Attempt, trap, trapped } from './attempt.ts'

const shop = 'till.cluster.local'
const victim = (host: string, name = 'fleeting') =>
  anIngress(name, host, { namespace: 'shop', targets: ['10.0.0.8'] })

export const taking: readonly Attempt[] = [
  {
    tries: 'another namespace’s name',
    does: (mallory) => mallory.applies({ hosts: [shop] }),
    answers: {},
    shown: ['taken'],
  },
  {
    tries: 'another namespace’s name, from two namespaces at once',
    does: async (mallory) => {
      await mallory.applies({ hosts: [shop] })
      await mallory.applies({ hosts: [shop], namespace: 'mallory-too' })
    },
    answers: {},
    shown: ['taken'],
  },
  {
    tries: 'another namespace’s name by an earlier date',
    does: (mallory) =>
      mallory.applies({ hosts: [shop], metadata: { creationTimestamp: '2001-01-01T00:00:00Z' } }),
    answers: {},
    shown: ['taken'],
  },
  {
    tries: 'a name that came after an object of his, by editing that one',
    async does(mallory) {
      await mallory.applies({ hosts: ['old.cluster.local'] })
      await mallory.world.apply(victim('later.cluster.local'))
      await mallory.applies({ hosts: ['later.cluster.local'] })
    },
    answers: { 'later.cluster.local': 'A 10.0.0.8', 'old.cluster.local': 'NXDOMAIN' },
    shown: ['taken'],
  },
  {
    tries: 'a name whose owner edits its object, by deleting and creating all the time',
    async does(mallory) {
      await mallory.world.apply(victim('busy.cluster.local'))
      for (let round = 0; round < 5; round++) {
        await mallory.applies({ hosts: ['busy.cluster.local'] })
        await mallory.world.apply(victim('busy.cluster.local'))
        await mallory.deletes('mallory/m')
      }
    },
    answers: { 'busy.cluster.local': 'A 10.0.0.8' },
    shown: ['taken'],
  },
  {
    tries: 'a share of the name with the same target, then another target',
    async does(mallory) {
      await mallory.applies({ hosts: [shop], status: [{ ip: '172.19.1.100' }] })
      await mallory.applies({ hosts: [shop] })
    },
    answers: {},
    shown: ['taken'],
  },
  {
    tries: 'one more target beside the victim’s',
    does: (mallory) =>
      mallory.applies({ hosts: [shop], status: [{ ip: '172.19.1.100' }, { ip: trap }] }),
    answers: {},
    shown: ['taken'],
  },
  {
    tries: 'to wait for a name until its owner deletes it: then it is his, as for anybody',
    async does(mallory) {
      await mallory.world.apply(victim('fleeting.cluster.local'))
      await mallory.applies({ hosts: ['fleeting.cluster.local'] })
      await mallory.deletes('shop/fleeting')
    },
    answers: { 'fleeting.cluster.local': trapped },
    shown: ['taken'],
  },
  {
    tries: 'the victim’s name among free ones',
    does: (mallory) => mallory.applies({ hosts: ['free.cluster.local', shop] }),
    answers: { 'free.cluster.local': trapped },
    shown: ['taken'],
  },
  {
    tries: 'a name below the victim’s',
    does: (mallory) => mallory.applies({ hosts: [`x.${shop}`] }),
    answers: { [`x.${shop}`]: trapped },
  },
  {
    tries: 'the parent of the victim’s name',
    does: (mallory) => mallory.applies({ hosts: ['tillers.cluster.local'] }),
    answers: { 'tillers.cluster.local': trapped },
  },
  {
    tries: 'an object that is never quite deleted: it keeps its own name, and waits for the other',
    async does(mallory) {
      const metadata = { finalizers: ['example.org/never'] }
      await mallory.applies({ hosts: ['undead.cluster.local', shop], metadata })
      await mallory.deletes('mallory/m')
    },
    answers: { 'undead.cluster.local': trapped },
    shown: ['taken'],
  },
  {
    tries: 'a namespace that is never quite deleted: what is in it stays, nothing comes',
    async does(mallory) {
      const namespace = 'mallory-doomed'
      await mallory.applies({ hosts: ['doomed.cluster.local'], namespace })
      await mallory.world.client.request('DELETE', `/api/v1/namespaces/${namespace}`, {
        signal: patience(),
      })
      const late = mallory.applies({ name: 'late', hosts: ['late.cluster.local'], namespace })
      assert.match(String(await failureOf(late)), 'being terminated')
    },
    answers: { 'doomed.cluster.local': trapped, 'late.cluster.local': 'NXDOMAIN' },
  },
]
