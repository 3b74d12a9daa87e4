import type { HostsName, Said } from '../../../functions/hosts-file/hosts-name.ts'
import { askTypes } from '../../clients/dns.ts'

/**
 * Asks a DNS server for the addresses of the names that have none of their own. That there is no such name, or none of
 * a type, counts only where the server said so; whatever else it did makes all of the name unknown.
 * @param server `address:port`
 */
export async function askNames(
  server: string,
  names: readonly HostsName[],
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<ReadonlyMap<string, Said>> {
  const asked = names.filter(({ address }) => address === undefined)
  const said = asked.map(
    async ({ name }) => [name, await askName(server, name, timeoutMs)] as const,
  )
  return new Map(await Promise.all(said))
}

async function askName(server: string, name: string, timeoutMs: number): Promise<Said> {
  const answers = await askTypes(server, name, { timeoutMs, also: new Set() })
  const ofAddresses = answers.filter(({ type }) => type === 'A' || type === 'AAAA')
  const isSaid = ({ code }: { code?: string }) =>
    code === undefined || code === 'ENOTFOUND' || code === 'ENODATA'
  if (!ofAddresses.every(isSaid)) return 'unknown'
  return { addresses: ofAddresses.flatMap(({ values }) => values) }
}
