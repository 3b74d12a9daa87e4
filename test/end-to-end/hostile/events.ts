import { type Attempt, trap } from './attempt.ts'

const shop = 'till.cluster.local'
const object = (metadata: object, host = 'forged.cluster.local') => ({
  metadata: { uid: 'forged', resourceVersion: '9000000000', ...metadata },
  spec: { rules: [{ host }] },
  status: { loadBalancer: { ingress: [{ ip: trap }] } },
})

/** An event as Knative would send it. */
function event(verb: string, name: object, data: object) {
  return {
    specversion: '1.0',
    id: 'forged',
    source: '/forged',
    type: `dev.knative.apiserver.resource.${verb}`,
    apiversion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    ...name,
    data,
  }
}

const posting = (
  tries: string,
  body: object | string,
  told: string,
  forged = 'NXDOMAIN',
): Attempt => ({
  tries,
  does: (mallory) => mallory.posts(body),
  answers: { 'forged.cluster.local': forged },
  shown: [told],
})

const [web, none] = [
  { namespace: 'shop', name: 'web' },
  { namespace: 'mallory', name: 'none' },
]
const real = event('add', none, object(none))

export const events: readonly Attempt[] = [
  posting('an object that is not there', real, 'HTTP 200'),
  posting('the victim’s object is gone', event('delete', web, object(web)), 'HTTP 200'),
  posting('the victim’s object has another host', event('update', web, object(web)), 'HTTP 200'),
  posting(
    'his object with the victim’s uid',
    event('add', none, object({ ...none, uid: 'shop' }, shop)),
    'HTTP 200',
  ),
  posting(
    'two namespaces in one object of JSON',
    JSON.stringify(real).replace(
      '"namespace":"mallory"',
      '"namespace":"shop","namespace":"mallory"',
    ),
    'HTTP 200',
  ),
  posting(
    'a version that is no number of JavaScript’s',
    JSON.stringify(real).replace('"9000000000"', '1e400'),
    'HTTP 200',
  ),
  posting('an era to come', { ...real, era: 2_000_000_000 }, 'HTTP 200'),
  posting(
    '`__proto__` for a namespace',
    event('add', { ...none, namespace: '__proto__' }, object(none)),
    'HTTP 422',
  ),
  posting(
    '`__proto__` for a field of the event and of the object',
    JSON.stringify(real).replaceAll('{"', '{"__proto__":{"namespace":"shop"},"'),
    'HTTP 400',
  ),
  posting(
    'a way up for a namespace',
    event('add', { ...none, namespace: '../../v1' }, object(none)),
    'HTTP 422',
  ),
  posting(
    'a query for a name',
    event('delete', { ...none, name: 'web?x=' }, object(none)),
    'HTTP 422',
  ),
  posting('another kind', { ...real, kind: 'Secret' }, 'HTTP 422'),
  posting('another version of the API', { ...real, apiversion: 'extensions/v1beta1' }, 'HTTP 422'),
  posting('an object without a name', event('add', {}, object({})), 'HTTP 422'),
  posting('an event that is no object', '[]', 'HTTP 400'),
  posting('an event that is no JSON', '{"specversion":"1.0",', 'HTTP 400'),
  posting('an object of a hundred thousand brackets', `${'['.repeat(100_000)}`, 'HTTP 400'),
]
