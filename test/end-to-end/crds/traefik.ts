import { type CrdModule, crdsOf } from './module-crds.ts'

/** The Traefik that K2s ships. */
const traefik: CrdModule = {
  module: 'github.com/traefik/traefik/v3@v3.7.11',
  sum: 'h1:AdGIts8MRFqWMjXhZFisrbLseB7vjikUL1q9H9DSvrM=',
  folder: 'docs/content/reference/dynamic-configuration',
}

export const traefikCrds = () => crdsOf(traefik)
