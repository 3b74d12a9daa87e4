import { z } from 'zod'
import { askHosts } from '../asking/ask-hosts.ts'
import { metadata, type NameKind } from './kind.ts'

const schema = z.object({ metadata, data: z.record(z.string(), z.string()).nullish() })

export type ConfigMap = z.infer<typeof schema>

/** Static names, in each of its keys as in a hosts file. Only ConfigMaps with the label are read at all. */
export const configMap: NameKind<ConfigMap> = {
  kind: 'ConfigMap',
  group: '',
  versions: ['v1'],
  resource: 'configmaps',
  offByDefault: true,
  label: 'k2s-dns.io/hosts=true',
  schema,
  asks: (object, context) => askHosts(object, object.data ?? {}, context),
}
