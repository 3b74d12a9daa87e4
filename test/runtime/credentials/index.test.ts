import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadConfig } from '../../../runtime/config.ts'
import { corednsCredentialsOf, credentialsOf } from '../../../runtime/credentials/index.ts'
import { secretsModel } from './secrets-model.ts'

const test = suite('where credentials lie')
const files = { 'etcd.ca': '/ca', 'etcd.cert': '/crt', 'etcd.key': '/key' }
const secret = { 'etcd.secret': 'apps/client' }
const ofCoreDns = { 'coredns.cert': '/dns.crt', 'coredns.key': '/dns.key' }

/** Which setting names each part: ours, and CoreDNS's. */
function providersOf(flags: Readonly<Record<string, string>>) {
  const config = loadConfig({ flags, env: {} })
  const ours = credentialsOf(config, secretsModel().client)
  const theirs = corednsCredentialsOf(config, ours)
  const settings = [ours, theirs].map(
    (provider) =>
      provider &&
      Object.values(provider.parts)
        .map(({ setting }) => setting)
        .join(' '),
  )
  return { settings, isSame: ours === theirs }
}

const ofFiles = 'etcd.ca etcd.cert etcd.key'
const ofSecret = 'etcd.secret etcd.secret etcd.secret'

for (const [what, flags, ours, theirs] of [
  ['nowhere', {}, undefined, undefined],
  ['in files', files, ofFiles, ofFiles],
  ['in files, without a pair', { 'etcd.ca': '/ca' }, 'etcd.ca', 'etcd.ca'],
  ['in a Secret', secret, ofSecret, ofSecret],
  [
    'in two Secrets',
    { ...secret, 'etcd.caSecret': 'apps/ca' },
    'etcd.caSecret etcd.secret etcd.secret',
    'etcd.caSecret etcd.secret etcd.secret',
  ],
  [
    'in files, with a pair of CoreDNS’s',
    { ...files, ...ofCoreDns },
    ofFiles,
    'etcd.ca coredns.cert coredns.key',
  ],
  [
    'in files, with a CA of CoreDNS’s',
    { ...files, 'coredns.ca': '/dns.ca' },
    ofFiles,
    'coredns.ca etcd.cert etcd.key',
  ],
  ['in a Secret, with a pair that has no CA', { ...secret, ...ofCoreDns }, ofSecret, undefined],
  [
    'in a Secret, with all of CoreDNS’s in files',
    { ...secret, ...ofCoreDns, 'coredns.ca': '/dns.ca' },
    ofSecret,
    'coredns.ca coredns.cert coredns.key',
  ],
] as const) {
  test(what, () => {
    const { settings, isSame } = providersOf(flags)
    assert.equal(settings, [ours, theirs])
    assert.is(isSame, ours === theirs, 'one provider is watched once')
  })
}

test.run()
