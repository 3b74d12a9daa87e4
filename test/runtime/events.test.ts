import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  absenceConfirmed,
  CloudEvent,
  certRotated,
  clusterStarted,
  clusterStopping,
  type EventKind,
  objectChanged,
  objectDeleted,
  objectEvent,
  oneOf,
  plainEvent,
  policyChanged,
  positionOf,
  type ResourceVerb,
  reconcileDue,
  subjectOf,
} from '../../runtime/events.ts'
import type { KubernetesObject } from '../../runtime/kinds.ts'
import { ingressKind } from '../support/asked-alone.ts'
import { thrownBy } from '../support/outcome.ts'

const metadata = { namespace: 'shop', name: 'web', uid: 'u-1', resourceVersion: '42' }
const web: KubernetesObject = { metadata, spec: { rules: [{ host: 'shop.cluster.local' }] } }
const origin = { era: 3, source: 'https://10.0.0.1:6443' }
const event = (verb: ResourceVerb, object = web, kind = ingressKind) =>
  objectEvent(verb, kind, object, origin)

const objects = suite('an object event')

for (const [verb, kind] of [
  ['add', objectChanged],
  ['update', objectChanged],
  ['delete', objectDeleted],
] as const) {
  objects(`is read as it was made: ${verb}`, () => {
    const made = event(verb)
    assert.ok(kind.covers(made))
    assert.equal(kind.read(made), {
      kind: ingressKind,
      owner: {
        kind: 'Ingress',
        namespace: 'shop',
        name: 'web',
        uid: 'u-1',
        at: { era: 3, version: 42n },
      },
      ...(verb !== 'delete' && {
        object: {
          metadata: { namespace: 'shop', name: 'web' },
          spec: { rules: [{ host: 'shop.cluster.local' }] },
        },
      }),
    })
  })

  objects(`is read after a journey over HTTP as it was made: ${verb}`, () => {
    const json = JSON.parse(JSON.stringify(event(verb))) as Record<string, unknown>
    const arrived = new CloudEvent<unknown>(json, true)
    assert.ok(kind.covers(arrived))
    assert.equal(kind.read(arrived), kind.read(event(verb)))
    assert.equal(subjectOf(arrived), subjectOf(event(verb)))
  })
}

objects('is valid by CloudEvents and named as Knative names it', () => {
  const { type, source, subject } = event('add')
  assert.ok(event('add').validate())
  assert.is(type, 'dev.knative.apiserver.resource.add')
  assert.is(source, 'https://10.0.0.1:6443')
  assert.is(subject, '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web')
  assert.equal(subjectOf(event('add')), {
    apiversion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    namespace: 'shop',
    name: 'web',
  })
})

objects('is the same for the same change, and another for another', () => {
  const next = { ...web, metadata: { ...metadata, resourceVersion: '43' } }
  const recreated = { ...web, metadata: { ...metadata, uid: 'u-2' } }
  assert.is(event('add').id, event('add').id)
  const ids = [event('add'), event('update'), event('add', next), event('add', recreated)]
  assert.is(new Set(ids.map(({ id }) => id)).size, 4)
})

objects('of a deleted object needs no more than its metadata', () => {
  const { owner } = objectDeleted.read(event('delete', { metadata }))
  assert.is(owner.uid, 'u-1')
})

objects('of another kind is not covered', () => {
  const service = { ...ingressKind, kind: 'Pod', group: '', versions: ['v1'], resource: 'pods' }
  assert.not(objectChanged.covers(event('add', web, service)))
  assert.not(objectDeleted.covers(event('delete', web, service)))
})

objects('covers neither the other’s verb', () => {
  assert.not(objectChanged.covers(event('delete')))
  assert.not(objectDeleted.covers(event('update')))
})

objects('keeps versions beyond what a number holds', () => {
  const far = { metadata: { ...metadata, resourceVersion: '18446744073709551615' } }
  assert.equal(positionOf(event('add', far)), { era: 3, version: 2n ** 64n - 1n })
})

const withMetadata = (part: Record<string, unknown>) => ({
  ...web,
  metadata: { ...metadata, ...part },
})
const badData: readonly (readonly [what: string, data: unknown, ...words: string[]])[] = [
  ['nothing', undefined, 'must carry an object'],
  ['null', null, 'must carry an object'],
  ['a text', 'ingress', 'must carry an object'],
  ['a list', [web], 'must carry an object'],
  ['no metadata', { spec: web['spec'] }, 'must carry an object'],
  ['metadata that are a text', { metadata: 'web' }, 'must carry an object'],
  ['no namespace', withMetadata({ namespace: undefined }), 'namespace'],
  ['an empty namespace', withMetadata({ namespace: '' }), 'namespace'],
  ['a namespace with a slash', withMetadata({ namespace: 'a/b' }), 'namespace'],
  ['a namespace that steps up', withMetadata({ namespace: '..' }), 'namespace'],
  ['a name in upper case', withMetadata({ name: 'Web' }), 'name'],
  ['a name that is a number', withMetadata({ name: 5 }), 'name'],
  ['a name of 254 octets', withMetadata({ name: 'x'.repeat(254) }), 'name'],
  ['a name with a line break', withMetadata({ name: 'web\n' }), 'name'],
  ['no uid', withMetadata({ uid: undefined }), 'uid'],
  ['an endless uid', withMetadata({ uid: 'x'.repeat(129) }), 'uid'],
  ['no version', withMetadata({ resourceVersion: undefined }), 'resourceVersion'],
  ['a version that is no number', withMetadata({ resourceVersion: 'new' }), 'resourceVersion'],
  ['a version that is negative', withMetadata({ resourceVersion: '-1' }), 'resourceVersion'],
  ['a version that is a number', withMetadata({ resourceVersion: 42 }), 'resourceVersion'],
  ['a host that is a number', { ...web, spec: { rules: [{ host: 5 }] } }, 'spec.rules[0].host'],
  ['rules that are a text', { ...web, spec: { rules: 'x' } }, 'spec.rules'],
]

const bad = suite('bad data are given up')
for (const [what, data, ...words] of badData) {
  bad(what, () => {
    const made = new CloudEvent({ ...event('add'), data } as never, false)
    const said = thrownBy(() => objectChanged.read(made))
    assert.match(said, /^GiveUp: .*dev\.knative\.apiserver\.resource\.add/)
    for (const word of words) assert.ok(said.includes(word), said)
  })
}

for (const [era, position] of [
  [undefined, { era: 0, version: 42n }],
  ['3', { era: 3, version: 42n }],
  [1.5, undefined],
  ['soon', undefined],
] as const) {
  bad(`an era is a whole number, 0 if it is left out: ${era}`, () => {
    const made = new CloudEvent({ ...event('add'), era } as never, false)
    assert.equal(positionOf(made), position)
  })
}

const plain = suite('an event of ours')
const ours: readonly (readonly [name: string, kind: EventKind<unknown>, ...types: string[]])[] = [
  ['reconcileDue', reconcileDue, 'dev.knative.sources.ping', 'io.k2s.reconcile.requested'],
  ['policyChanged', policyChanged, 'io.k2s.policy.changed'],
  ['absenceConfirmed', absenceConfirmed, 'io.k2s.absence.confirmed'],
  ['clusterStarted', clusterStarted, 'io.k2s.cluster.started'],
  ['clusterStopping', clusterStopping, 'io.k2s.cluster.stopping', 'io.k2s.cluster.stopped'],
  ['certRotated', certRotated, 'io.k2s.cert.rotated'],
]
for (const [name, kind, ...types] of ours) {
  plain(`covers itself and no other: ${name}`, () => {
    const made = plainEvent(kind, '/test')
    assert.ok(new CloudEvent(made, true).validate())
    assert.equal(
      ours.filter(([, each]) => each.covers(made)).map(([each]) => each),
      [name],
    )
    assert.equal(kind.types, types)
    for (const type of types) assert.ok(kind.covers(new CloudEvent({ type, source: '/x' })))
    assert.is(kind.read(made), made)
  })
}

plain('names no object and stands nowhere in its history', () => {
  const made = plainEvent(reconcileDue, '/test')
  assert.equal([subjectOf(made), positionOf(made)], [undefined, undefined])
})

plain('is each time another', () => {
  assert.is.not(plainEvent(certRotated, '/x').id, plainEvent(certRotated, '/x').id)
})

const either = oneOf<unknown>(objectDeleted, reconcileDue)

plain('one of several kinds is read as its own', () => {
  const ping = plainEvent(reconcileDue, '/test')
  assert.ok(either.covers(ping) && either.covers(event('delete')))
  assert.is(either.read(ping), ping)
  assert.equal(either.read(event('delete')), objectDeleted.read(event('delete')))
})

plain('none of several kinds is given up', () => {
  assert.not(either.covers(event('add')))
  assert.match(
    thrownBy(() => either.read(event('add'))),
    /^GiveUp: no kind covers .*resource\.add/,
  )
})

const strangers: readonly (readonly [what: string, attributes: Record<string, unknown>])[] = [
  ['another type', { type: 'com.example.thing' }],
  ['no apiversion', { apiversion: undefined }],
  ['a kind that is a number', { kind: 5 }],
  ['a name that steps up', { name: '../web' }],
  ['a namespace in upper case', { namespace: 'Shop' }],
  ['no name', { name: undefined }],
]
for (const [what, attributes] of strangers) {
  plain(`names no object with ${what}`, () => {
    const made = new CloudEvent({ ...event('add'), ...attributes } as never, false)
    assert.is(subjectOf(made), undefined)
  })
}

objects.run()
bad.run()
plain.run()
