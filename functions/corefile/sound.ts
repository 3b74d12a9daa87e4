import { type Server, stanza } from './server.ts'
import type { Corefile } from './syntax/corefile.ts'
import { hasVariable } from './syntax/variable.ts'
import { Refused } from './wish.ts'

/** What must be known of a Corefile before anything in it can be judged. @throws Refused */
export function checkSound(
  { isUnterminated, blocks, imports }: Corefile,
  servers: readonly Server[],
) {
  if (isUnterminated)
    throw new Refused('a quotation mark is never closed: CoreDNS reads to the end')
  if (blocks.length === 0) throw new Refused('there is no server block')
  const unknown = imports.find(({ isKnown }) => !isKnown)
  if (unknown) {
    const { pattern, token } = unknown
    throw new Refused(
      `line ${token.line} imports ${pattern}, and what that says is not known here: it may serve the same zones`,
    )
  }
  for (const { title, block, stanzas } of servers) {
    const variable = block.keys.find(({ text }) => hasVariable(text))
    if (variable) {
      throw new Refused(`${title} has a zone from the environment, which may be any: write it out`)
    }
    if (!block.open)
      throw new Refused(`${title} has no braces, so that nothing can stand beside it`)
    if (!block.close) throw new Refused(`${title} lacks its closing brace`)
    const unsure = stanzas.find(
      ({ name, args }) => hasVariable(name) || (hasZones(name) && args.some(hasVariable)),
    )
    if (unsure) {
      throw new Refused(`line ${unsure.line}: what is served there comes from the environment`)
    }
  }
  checkOnce(servers)
}

const hasZones = (name: string) => ['kubernetes', 'etcd'].includes(name)

/** CoreDNS does not start with a zone twice on one port, unless by address or by view (core/dnsserver/register.go). */
function checkOnce(servers: readonly Server[]): void {
  const seen = new Map<string, Server>()
  for (const server of servers) {
    if (stanza(server, 'view') || stanza(server, 'bind')) continue
    for (const { transport, zones, port } of server.addresses) {
      for (const zone of zones) {
        const key = `${transport}://${zone || '.'}:${port ?? '53'}`
        const other = seen.get(key)
        if (other) throw new Refused(`${key} is served by ${other.title} and by ${server.title}`)
        seen.set(key, server)
      }
    }
  }
}
