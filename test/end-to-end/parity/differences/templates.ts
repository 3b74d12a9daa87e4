import type { Difference } from './difference.ts'

export const templates: readonly Difference[] = [
  {
    what: 'Templates for Traefik’s kinds',
    theirs: 'has none',
    ours: 'names those that have no other name',
    why: 'a template is for all kinds',
    at: [/\.ingressroute(tcp|udp)?\.template /],
  },
  {
    what: 'A template beside names that can’t be had',
    theirs: 'takes an object all of whose names it dropped for one without names',
    ours: 'refuses the names',
    why: 'who states a name does not ask for another one',
    at: ['a-label-of-64.ingress.template'],
  },
  {
    what: 'A template beside the annotation of a route',
    theirs: 'adds the template’s names to a route whose names are in its annotation only',
    ours: 'has a template for what has no other name, as both do for other kinds',
    why: 'one rule for all kinds; `sources.combineTemplate` adds them everywhere',
    at: [/\.(http|grpc|tcp|udp)route\.template /],
  },
]
