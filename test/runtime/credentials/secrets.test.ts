import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock as clock } from '../../../runtime/clock.ts'
import { credentialSecrets } from '../../../runtime/credentials/secrets.ts'
import { eventually } from '../../end-to-end/eventually.ts'
import { failureOf } from '../../support/outcome.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { type SecretsModel, secretsModel } from './secrets-model.ts'

const own = 'apps/client'
const secret = { namespace: 'apps', name: 'client' }
const caSecret = { namespace: 'kube-system', name: 'etcd-ca' }
const pair = { 'tls.crt': 'CERT', 'tls.key': 'KEY' }
const expected = { ca: 'CA', pair: { cert: 'CERT', key: 'KEY' } }

const read = suite('credentials in Secrets')

for (const [what, given] of [
  ['one Secret, as cert-manager fills it', { [own]: { ...pair, 'ca.crt': 'CA' } }],
  [
    'a Secret for the CA, as K2s has it',
    { [own]: pair, 'kube-system/etcd-ca': { 'tls.crt': 'CA', 'tls.key': 'not read' } },
  ],
  [
    'ca.crt of the Secret for the CA, before anything else',
    {
      [own]: { ...pair, 'ca.crt': 'other' },
      'kube-system/etcd-ca': { 'ca.crt': 'CA', 'tls.crt': 'no' },
    },
  ],
] as const) {
  read(`are those of ${what}`, async () => {
    const api = filled(given)
    const isApart = 'kube-system/etcd-ca' in given
    const provider = credentialSecrets({ secret, ...(isApart && { caSecret }) }, api.client)
    assert.equal(await provider.read(), expected)
    assert.is(provider.parts.ca?.setting, isApart ? 'etcd.caSecret' : 'etcd.secret')
  })
}

for (const [what, given, said] of [
  ['there is none', {}, 'Secret apps/client can’t be read: 404'],
  [
    'it has no key',
    { [own]: { 'tls.crt': 'CERT', 'ca.crt': 'CA' } },
    'Secret apps/client has no tls.key',
  ],
  [
    'its CA is empty',
    { [own]: { ...pair, 'ca.crt': '' } },
    'has no ca.crt: name the Secret that has the CA by etcd.caSecret',
  ],
] as const) {
  read(`are wrong if ${what}`, async () => {
    const provider = credentialSecrets({ secret }, filled(given).client)
    assert.match(String(await failureOf(provider.read())), said)
    assert.match(String(await failureOf(provider.latest())), said)
  })
}

read('are wrong if the Secret for the CA has none', async () => {
  const provider = credentialSecrets(
    { secret, caSecret },
    filled({ [own]: pair, 'kube-system/etcd-ca': {} }).client,
  )
  assert.match(String(await failureOf(provider.read())), 'Secret kube-system/etcd-ca has no ca.crt')
})

const followed = suite('credentials in a Secret that is followed')
const full = (ca: string) => ({ ...pair, 'ca.crt': ca })

/** A scene with a Secret that is followed. */
async function following(scene: (parts: ReturnType<typeof start>) => Promise<void>) {
  const parts = start()
  try {
    await eventually(() => assert.is(parts.api.watchedFrom.length, 1))
    await scene(parts)
  } finally {
    await parts.end()
  }
}

function start() {
  const api = filled({ [own]: full('CA') })
  const provider = credentialSecrets({ secret }, api.client)
  const log = quietLog()
  const stop = new AbortController()
  const ended = provider.follow({ clock, log, signal: stop.signal })
  return {
    api,
    log,
    isNow: (ca: string) => eventually(async () => assert.is((await provider.latest()).ca, ca)),
    latest: () => provider.latest(),
    async end() {
      stop.abort()
      api.endWatches()
      await ended
    },
  }
}

followed('are those that the watch told last', () =>
  following(async ({ api, isNow, latest }) => {
    await isNow('CA')
    api.put(own, full('next'))
    await isNow('next')
    api.put('apps/other', full('other'))
    api.put(own, undefined)
    await eventually(async () =>
      assert.match(String(await failureOf(latest())), 'Secret apps/client is gone'),
    )
    api.put(own, full('back'))
    await isNow('back')
    assert.is(api.lists, 1)
  }),
)

followed('are watched on from the last version when the connection ends', () =>
  following(async ({ api, isNow }) => {
    api.put(own, full('next'))
    await isNow('next')
    api.endWatches()
    await eventually(() => assert.equal(api.watchedFrom, ['101', '102']))
    api.put(own, full('last'))
    await isNow('last')
    assert.is(api.lists, 1)
  }),
)

followed('are listed anew when the server has forgotten the version', () =>
  following(async ({ api, isNow }) => {
    api.putUnseen(own, full('next'))
    api.endWatches(410)
    await isNow('next')
    assert.is(api.lists, 2)
  }),
)

followed('stay as they were seen while the API server refuses, which is told once', () =>
  following(async ({ api, isNow, log }) => {
    api.status = 403
    api.endWatches()
    await eventually(() => assert.is(log.lines.length, 1))
    await isNow('CA')
    api.status = undefined
    api.putUnseen(own, full('next'))
    await isNow('next')
    assert.is(log.lines.length, 1)
  }),
)

function filled(given: Readonly<Record<string, Readonly<Record<string, string>>>>): SecretsModel {
  const api = secretsModel()
  for (const [provider, texts] of Object.entries(given)) api.put(provider, texts)
  return api
}

read.run()
followed.run()
