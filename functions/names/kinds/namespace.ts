import { z } from 'zod'
import { metadata, type ObjectKind } from './kind.ts'

const schema = z.object({ metadata })

/** Read for its labels, where a Gateway chooses by them whose routes it takes. */
export const namespace: ObjectKind<z.infer<typeof schema>> = {
  kind: 'Namespace',
  group: '',
  versions: ['v1'],
  resource: 'namespaces',
  clusterWide: true,
  schema,
}
