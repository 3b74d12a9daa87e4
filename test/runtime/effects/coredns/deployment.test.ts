import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  checkRollable,
  dnsPortOf,
  dressed,
  givenBack,
  isSame,
  prepared,
  versionOf,
} from '../../../../runtime/effects/coredns/deployment.ts'
import type { Deployment } from '../../../../runtime/effects/coredns/objects.ts'
import { thrownBy } from '../../../support/outcome.ts'

const test = suite('the Deployment of CoreDNS')

const found = {
  metadata: { name: 'coredns', resourceVersion: '1', annotations: { theirs: 'a' } },
  spec: {
    replicas: 1,
    selector: {},
    strategy: { type: 'Recreate' },
    template: {
      metadata: { annotations: { theirs: 'b' } },
      spec: {
        containers: [
          { name: 'sidecar' },
          {
            name: 'coredns',
            image: 'registry.k8s.io/coredns/coredns:v1.12.0',
            args: ['-conf', '/etc/coredns/Corefile'],
            volumeMounts: [{ name: 'config-volume' }],
            ports: [
              { name: 'dns-tcp', containerPort: 5353, protocol: 'TCP' },
              { name: 'dns', containerPort: 1053, protocol: 'UDP' },
            ],
          },
        ],
        volumes: [{ name: 'config-volume' }],
      },
    },
  },
} satisfies Deployment
const dress = { isMounted: true, isGraceful: true, configuredWith: '1' }
const undressed = { isMounted: false, isGraceful: false, configuredWith: undefined }
const with_ = (spec: object): Deployment => ({ ...found, spec: { ...found.spec, ...spec } })

test('is prepared, dressed, undressed and given back as it was', () => {
  const worn = dressed(prepared(found, dress), dress)
  assert.equal(worn.spec.strategy?.rollingUpdate, { maxSurge: 1, maxUnavailable: 0 })
  assert.equal([isSame(worn, dress), isSame(worn, undressed)], [true, false])
  assert.equal(prepared(worn, undressed), worn)
  assert.equal(givenBack(dressed(worn, undressed)), found)
})

test('has the volume in the container that is CoreDNS, and once only', () => {
  const twice = dressed(dressed(found, dress), { ...dress, configuredWith: '2' })
  const [sidecar, coredns] = twice.spec.template.spec.containers
  assert.equal(sidecar, { name: 'sidecar' })
  assert.is(coredns?.volumeMounts?.length, 2)
  assert.is(twice.spec.template.spec.volumes?.length, 2)
})

test('ends after a while, unless it has its own way', () => {
  const ways = (deployment: Deployment) =>
    deployment.spec.template.spec.containers.map(({ lifecycle }) => lifecycle)
  assert.equal(ways(dressed(found, dress)), [undefined, { preStop: { sleep: { seconds: 5 } } }])
  const own = { preStop: { exec: { command: ['true'] } } }
  const [sidecar, coredns] = found.spec.template.spec.containers
  const pod = { ...found.spec.template.spec, containers: [sidecar, { ...coredns, lifecycle: own }] }
  const theirs = with_({ template: { ...found.spec.template, spec: pod } })
  assert.equal(ways(dressed(theirs, dress)), [undefined, own])
  assert.equal(ways(dressed(dressed(theirs, dress), undressed)), [undefined, own])
})

test('keeps its strategy where its pods share the port of their node', () => {
  const template = {
    ...found.spec.template,
    spec: { ...found.spec.template.spec, hostNetwork: true },
  }
  assert.equal(prepared(with_({ template }), dress).spec.strategy, { type: 'Recreate' })
})

test('keeps the newest strategy of somebody else in mind', () => {
  const other = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2 } }
  const changed = { ...prepared(found, dress), spec: with_({ strategy: other }).spec }
  assert.equal(givenBack(prepared(changed, undressed)).spec.strategy, other)
})

test('says its version and its port', () => {
  assert.equal([versionOf(found), dnsPortOf(found)], ['1.12.0', 1053])
})

for (const [what, spec, told] of [
  ['paused', { paused: true }, /is paused/],
  ['without replicas', { replicas: 0 }, /no replicas/],
  ['of something else', { template: { spec: { containers: [{ name: 'a' }] } } }, /no container/],
] as const) {
  test(`is not rolled ${what}`, () =>
    assert.match(
      thrownBy(() => checkRollable(with_(spec))),
      told,
    ))
}

test('that has no more than five seconds to end has no hook for them', () => {
  const { template } = found.spec
  const short = { ...template.spec, terminationGracePeriodSeconds: 5 }
  const worn = dressed(with_({ template: { ...template, spec: short } }), dress)
  assert.is(worn.spec.template.spec.containers[1]?.lifecycle, undefined)
})

test.run()
