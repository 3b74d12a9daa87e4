import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { maxOperations, type View } from '../../../../runtime/effects/records/draft.ts'
import {
  createGroupCommit,
  type GroupCommit,
} from '../../../../runtime/effects/records/group-commit.ts'
import { RetryLater } from '../../../../runtime/errors.ts'
import { full } from '../../../runner/full.ts'
import { settled } from '../../../support/hand-clock.ts'
import { failureOf } from '../../../support/outcome.ts'
import { randomOf } from '../../../support/random.ts'
import { type EtcdModel, etcdModel, slowBy } from './etcd-model.ts'

/** Reads and writes: two of them at once must not count as one. */
function increment(view: View, key: string): number {
  const next = Number(view.get(key) ?? 0) + 1
  view.put(key, String(next))
  return next
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)
const away = () => new RetryLater('etcd is away')

/** Calls until it succeeds, as the queue would. @returns how often it failed before */
async function insisting(transact: () => Promise<unknown>): Promise<number> {
  for (let failures = 0; ; failures++) {
    try {
      await transact()
      return failures
    } catch (error) {
      if (!(error instanceof RetryLater)) throw error
    }
  }
}

const joining = suite('decisions made together')

joining('are committed in few transactions', async () => {
  const etcd = etcdModel()
  const commits = createGroupCommit(etcd.connect())
  const before = etcd.revision()
  const all = upTo(500).map((i) => commits.transact((view) => view.put(`/k${i}`, `${i}`)))
  await Promise.all(all)
  assert.is(etcd.keys('/k').length, 500)
  const transactions = etcd.revision() - before
  assert.ok(transactions <= Math.ceil(500 / maxOperations) + 1, `${transactions} transactions`)
})

joining('while others are on their way are committed in few too', async () => {
  const etcd = etcdModel()
  const gate = Promise.withResolvers<void>()
  const commits = createGroupCommit(etcd.connect({ before: () => gate.promise }))
  const all = []
  for (const i of upTo(200)) {
    all.push(commits.transact((view) => view.put(`/k${i}`, `${i}`)))
    await Promise.resolve()
    if (i % 10 === 0) await settled()
  }
  gate.resolve()
  await Promise.all(all)
  assert.is(etcd.keys('/k').length, 200)
  assert.ok(etcd.revision() <= 12, `${etcd.revision()} revisions`)
})

joining('see the writes of those before them', async () => {
  const etcd = etcdModel()
  const commits = createGroupCommit(etcd.connect())
  const results = await Promise.all(
    upTo(100).map(() => commits.transact((view) => increment(view, '/hot'))),
  )
  assert.equal(
    results.sort((a, b) => a - b),
    upTo(100).map((i) => i + 1),
  )
  assert.is(etcd.get('/hot'), '100')
  assert.ok(etcd.revision() <= 5, `a hot key took ${etcd.revision()} revisions`)
})

joining('and taken back before they were sent leave what was there', async () => {
  const etcd = etcdModel()
  const commits = createGroupCommit(etcd.connect())
  await commits.transact((view) => view.put('/a', 'old'))
  await Promise.all([
    commits.transact((view) => view.put('/a', 'new')),
    commits.transact((view) => view.delete('/a')),
    commits.transact((view) => view.put('/b', String(view.get('/a')))),
    commits.transact((view) => view.put('/a', 'old')),
  ])
  assert.equal([etcd.get('/a'), etcd.get('/b')], ['old', 'undefined'])
})

joining('answer only after etcd has committed', async () => {
  const etcd = etcdModel()
  const gate = Promise.withResolvers<void>()
  const commits = createGroupCommit(etcd.connect({ after: () => gate.promise }))
  let answered = 0
  const all = upTo(3).map(async (i) => {
    await commits.transact((view) => view.put(`/k${i}`, ''))
    answered++
  })
  await settled()
  assert.equal([etcd.keys('/k').length, answered], [3, 0])
  gate.resolve()
  await Promise.all(all)
})

joining(
  'of what is not yet committed wait until it is, also those that write nothing',
  async () => {
    const etcd = etcdModel()
    const gate = Promise.withResolvers<void>()
    const commits = createGroupCommit(etcd.connect({ before: () => gate.promise }))
    const first = commits.transact((view) => view.put('/a', '1'))
    await settled()
    const second = commits.transact((view) => increment(view, '/a'))
    const reading = commits.transact((view) => view.get('/a'))
    gate.resolve()
    await first
    assert.is(await second, 2)
    assert.is(await reading, '2')
    assert.is(etcd.get('/a'), '2')
  },
)

joining('that write nothing are compared too: nothing is believed unasked', async () => {
  const etcd = etcdModel()
  const commits = createGroupCommit(etcd.connect())
  etcd.put('/a', 'since yesterday')
  assert.is(await commits.transact((view) => view.get('/a')), 'since yesterday')
  etcd.put('/a', 'changed')
  assert.is(await commits.transact((view) => view.get('/a')), 'changed')
  etcd.delete('/a')
  assert.is(await commits.transact((view) => view.get('/a')), undefined)
})

joining('with a lease are written with it, also where the value stays', async () => {
  const etcd = etcdModel()
  const commits = createGroupCommit(etcd.connect())
  await commits.transact((view) => view.put('/a', '1'))
  assert.not(etcd.leased.has('/a'))
  await commits.transact((view) => view.put('/a', '1', '7'))
  assert.ok(etcd.leased.has('/a'))
})

const losing = suite('a lost comparison')

losing('is decided again from what is there, and the others are committed', async () => {
  const etcd = etcdModel()
  const commits = createGroupCommit(etcd.connect())
  await commits.transact((view) => view.put('/shared', '1'))
  etcd.put('/shared', '41')
  const [mine, ...others] = await Promise.all([
    commits.transact((view) => increment(view, '/shared')),
    ...upTo(9).map((i) => commits.transact((view) => increment(view, `/k${i}`))),
  ])
  assert.equal([mine, etcd.get('/shared')], [42, '42'])
  assert.equal(others, upTo(9).fill(1))
  assert.equal(
    etcd.keys('/k').map((key) => etcd.get(key)),
    upTo(9).fill(1).map(String),
  )
})

losing('of a key that someone removed is decided again too', async () => {
  const etcd = etcdModel()
  const commits = createGroupCommit(etcd.connect())
  await commits.transact((view) => view.put('/shared', '1'))
  etcd.delete('/shared')
  assert.is(await commits.transact((view) => increment(view, '/shared')), 1)
  assert.is(etcd.get('/shared'), '1')
})

losing('of what was only read counts as well', async () => {
  const etcd = etcdModel()
  const commits = createGroupCommit(etcd.connect())
  await commits.transact((view) => view.put('/source', 'old'))
  etcd.put('/source', 'new')
  await commits.transact((view) => view.put('/copy', view.get('/source') ?? ''))
  assert.is(etcd.get('/copy'), 'new')
})

losing('for ever ends in RetryLater, and holds up nobody else', async () => {
  const etcd = etcdModel()
  let changes = 0
  const before = (call: string) => {
    if (call === 'transact') etcd.put('/contested', `other ${changes++}`)
  }
  const commits = createGroupCommit(etcd.connect({ before }))
  const failure = failureOf(commits.transact((view) => increment(view, '/contested')))
  const all = upTo(50).map((i) => commits.transact((view) => increment(view, `/k${i}`)))
  await Promise.all(all)
  assert.instance(await failure, RetryLater)
  assert.match(String(await failure), 'keep changing the same names')
  assert.is(etcd.keys('/k').length, 50)
  assert.match(etcd.get('/contested') ?? '', /^other/)
})

const limits = suite('a decision')

limits('that touches too many keys is refused, and nothing of it is written', async () => {
  const etcd = etcdModel()
  const commits = createGroupCommit(etcd.connect())
  const touching = (count: number, prefix: string) => (view: View) => {
    for (const i of upTo(count)) view.put(`${prefix}${i}`, '1')
  }
  const tooMany = failureOf(commits.transact(touching(maxOperations + 1, '/many')))
  const others = [
    commits.transact((view) => view.put('/a', '1')),
    commits.transact(touching(maxOperations, '/most')),
  ]
  await Promise.all(others)
  assert.match(String(await tooMany), `touched ${maxOperations + 1} keys: at most ${maxOperations}`)
  assert.not((await tooMany) instanceof RetryLater, 'another time it would be no better')
  assert.equal(etcd.keys('/many'), [])
  assert.equal([etcd.get('/a'), etcd.keys('/most').length], ['1', maxOperations])
})

limits('sees how much room there is, also beside others', async () => {
  const commits = createGroupCommit(etcdModel().connect())
  const room = (view: View) => {
    const before = view.room
    view.put('/a', String(Math.random()))
    view.get('/b')
    return [before, view.room]
  }
  const both = await Promise.all([commits.transact(room), commits.transact(room)])
  assert.equal(both, [
    [maxOperations, maxOperations - 2],
    [maxOperations, maxOperations - 2],
  ])
})

limits('that throws fails alone', async () => {
  const etcd = etcdModel()
  const commits = createGroupCommit(etcd.connect())
  const defect = new TypeError('x is undefined')
  const bad = failureOf(
    commits.transact((view) => {
      view.put('/bad', '1')
      throw defect
    }),
  )
  await commits.transact((view) => view.put('/good', '1'))
  assert.is(await bad, defect)
  assert.equal(etcd.keys('/'), ['/good'])
})

const failing = suite('a call that fails')

/** Fails the next calls of the one kind, as often as told. */
function flaky(etcd: EtcdModel, moment: 'before' | 'after') {
  const left = { transact: 0, read: 0, readPrefix: 0 }
  const fail = (call: keyof typeof left) => {
    if (left[call]-- > 0) throw away()
  }
  return { left, commits: createGroupCommit(etcd.connect({ [moment]: fail })) }
}

failing('is told to all who were part of it, and the next try commits', async () => {
  const etcd = etcdModel()
  const { left, commits } = flaky(etcd, 'before')
  left.transact = 1
  const all = upTo(5).map((i) => failureOf(commits.transact((view) => increment(view, `/k${i}`))))
  for (const failure of await Promise.all(all)) assert.instance(failure, RetryLater)
  assert.equal(etcd.keys('/k'), [])
  assert.is(await commits.transact((view) => increment(view, '/k0')), 1)
})

failing('after etcd has committed is no reason to do it twice: the next try sees it', async () => {
  const etcd = etcdModel()
  const { left, commits } = flaky(etcd, 'after')
  const claim = (view: View) => {
    const there = view.get('/name')
    view.put('/name', there ?? 'mine')
    view.put('/log', `${view.get('/log') ?? ''}${there === undefined ? 'claimed ' : 'kept '}`)
  }
  left.transact = 1
  assert.instance(await failureOf(commits.transact(claim)), RetryLater)
  assert.is(etcd.get('/name'), 'mine')
  await commits.transact(claim)
  assert.is(etcd.get('/log'), 'claimed kept ')
})

failing('makes the next try read anew what may have changed meanwhile', async () => {
  const etcd = etcdModel()
  const { left, commits } = flaky(etcd, 'before')
  await commits.transact((view) => view.put('/a', '1'))
  left.transact = 1
  assert.instance(await failureOf(commits.transact((view) => increment(view, '/a'))), RetryLater)
  etcd.put('/a', '41')
  assert.is(await commits.transact((view) => increment(view, '/a')), 42)
})

failing('while it reads again is told too, and is nobody’s loss', async () => {
  const etcd = etcdModel()
  const { left, commits } = flaky(etcd, 'before')
  await commits.transact((view) => view.put('/a', '1'))
  etcd.put('/a', '5')
  left.read = 1
  const all = [
    failureOf(commits.transact((view) => increment(view, '/a'))),
    failureOf(commits.transact((view) => increment(view, '/b'))),
  ]
  for (const failure of await Promise.all(all)) assert.instance(failure, RetryLater)
  const again = ['/a', '/b'].map((key) => commits.transact((view) => increment(view, key)))
  assert.equal(await Promise.all(again), [6, 1])
})

const learning = suite('what was read of the whole store')

learning(
  'is taken over: what changed, what came and what went is found at the first try',
  async () => {
    const etcd = etcdModel()
    const client = etcd.connect()
    const outcomes: string[] = []
    const commits = createGroupCommit(client, { count: (outcome) => outcomes.push(outcome) })
    const read = (view: View) => ['/p/a', '/p/b', '/p/c'].map((key) => view.get(key))
    for (const key of ['/p/a', '/p/b']) await commits.transact((view) => view.put(key, '1'))
    etcd.delete('/p/a')
    etcd.put('/p/b', '2')
    etcd.put('/p/c', '2')
    commits.learn('/p/', await client.read(etcd.keys('/p/')))
    outcomes.length = 0
    assert.equal(await commits.transact(read), [undefined, '2', '2'])
    assert.equal(outcomes, ['committed'])
  },
)

learning('does not undo what was written since', async () => {
  const etcd = etcdModel()
  const client = etcd.connect()
  const commits = createGroupCommit(client)
  await commits.transact((view) => view.put('/p/a', '1'))
  const old = await client.read(['/p/a'])
  await commits.transact((view) => view.put('/p/a', '2'))
  commits.learn('/p/', old)
  assert.is(await commits.transact((view) => increment(view, '/p/a')), 3)
  assert.is(etcd.get('/p/a'), '3')
})

const replicas = suite('two replicas over one store')
const rounds = full ? 300 : 25

/** A replica whose calls take a while and sometimes fail before or after etcd did them. */
function replica(etcd: EtcdModel, round: number, failures: boolean): GroupCommit {
  const random = randomOf(round)
  const slow = slowBy(() => random.below(4))
  const step = async () => {
    await slow()
    if (failures && random.below(12) === 0) throw away()
  }
  return createGroupCommit(etcd.connect({ before: step, after: step }))
}

replicas('count together, and none is lost or counted twice', async () => {
  for (const round of upTo(rounds)) {
    const etcd = etcdModel()
    const both = [replica(etcd, round * 2, false), replica(etcd, round * 2 + 1, false)]
    const keys = ['/a', '/b', '/c']
    const random = randomOf(round + 1e6)
    const counted = new Map<string, number>()
    const all = upTo(90).map(async () => {
      const key = random.oneOf(keys)
      const commits = random.oneOf(both)
      counted.set(key, (counted.get(key) ?? 0) + 1)
      await slowBy(() => random.below(10))()
      await insisting(() => commits.transact((view) => increment(view, key)))
    })
    await Promise.all(all)
    const stored = keys.map((key) => Number(etcd.get(key)))
    assert.equal(
      stored,
      keys.map((key) => counted.get(key)),
      `round ${round}`,
    )
  }
})

replicas('keep two keys in step, whatever fails on the way', async () => {
  for (const round of upTo(rounds)) {
    const etcd = etcdModel()
    const both = [replica(etcd, round * 2, true), replica(etcd, round * 2 + 1, true)]
    const random = randomOf(round + 2e6)
    const move = (view: View, from: string, to: string) => {
      const left = Number(view.get(from) ?? 100)
      if (left === 0) return
      view.put(to, String(Number(view.get(to) ?? 100) + 1))
      view.put(from, String(left - 1))
    }
    const all = upTo(60).map(async () => {
      const [from, to] = random.shuffled(['/x', '/y', '/z']) as [string, string]
      await insisting(() => random.oneOf(both).transact((view) => move(view, from, to)))
    })
    await Promise.all(all)
    const sum = ['/x', '/y', '/z'].reduce((total, key) => total + Number(etcd.get(key) ?? 100), 0)
    assert.is(sum, 300, `round ${round}`)
  }
})

for (const each of [joining, losing, limits, failing, learning, replicas]) each.run()
