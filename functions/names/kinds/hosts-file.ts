import { z } from 'zod'
import { askHosts } from '../asking/ask-hosts.ts'
import { metadata, type NameKind } from './kind.ts'

const schema = z.object({ metadata, data: z.string() })

export type HostsFileObject = z.infer<typeof schema>

/** A file with static names, as runtime/sources/hosts-file.ts tells of it: the API server knows no such kind. */
export const hostsFile: NameKind<HostsFileObject> = {
  kind: 'HostsFile',
  group: 'k2s-dns.io',
  versions: [],
  resource: 'hostsfiles',
  clusterWide: true,
  schema,
  asks: (object, context) => askHosts(object, { [object.metadata.name]: object.data }, context),
}
