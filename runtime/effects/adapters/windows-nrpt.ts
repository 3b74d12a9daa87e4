import { z } from 'zod'
import { GiveUp, messageOf } from '../../errors.ts'
import type { AdapterDriver, Fields, Wish } from './driver.ts'
import { onPort53 } from './on-port-53.ts'
import { clearCache, readRules, writeRule } from './powershell/rules.ts'
import { createRunScript, type PowerShell } from './powershell/run-script.ts'

const tableSchema = z.object({
  /** Group policy has a table of its own, and Windows heeds that one alone. */
  policy: z.boolean(),
  rules: z.array(
    z.object({
      name: z.string(),
      comment: z.string(),
      namespaces: z.array(z.string()),
      servers: z.array(z.string()),
    }),
  ),
})

const nothing = z.object({})

const policyKey = String.raw`HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient\DnsPolicyConfig`

/** The place of a rule is its namespace: `rule:.cluster.local`. The comment tells which rules are ours. */
const prefix = 'rule:'
const commentOf = (namespace: string): string => `k2s-dns: ${namespace}`

/** With the dot in front a namespace is a suffix; the dot alone is every name. */
const namespacesOf = ({ mode, zones }: Wish): readonly string[] =>
  mode === 'all' ? ['.'] : zones.map((zone) => `.${zone}`)

/**
 * Windows' Name Resolution Policy Table: one rule a namespace, so that the limit of 50 domains a rule (Tailscale's
 * nrpt_windows.go) is never met. Rules outlive a reboot. They are ours whole, there is nothing of others in them.
 */
export const createWindowsNrpt = (powerShell: PowerShell): AdapterDriver => {
  const runScript = createRunScript(powerShell)
  const readTable = (signal: AbortSignal) => runScript(readRules, null, tableSchema, signal)

  return {
    name: 'windows-nrpt',

    async detect(signal) {
      try {
        const { policy } = await readTable(signal)
        return policy
          ? {
              applies: false,
              because: `group policy has rules (${policyKey}): Windows heeds no others`,
            }
          : {
              applies: true,
              because: 'Windows has a table of DNS rules, and no group policy for it',
            }
      } catch (error) {
        return { applies: false, because: messageOf(error) }
      }
    },

    /** @throws GiveUp for a port that a rule can't name, and where somebody else has a rule for a zone of ours */
    async places(wish, signal) {
      const server = onPort53(wish.server, 'an NRPT rule')
      const { rules } = await readTable(signal)
      return namespacesOf(wish).map((namespace) => {
        const comment = commentOf(namespace)
        const of = rules.filter((rule) => rule.namespaces.some((at) => sameText(at, namespace)))
        const other = of.find((rule) => rule.comment !== comment)
        if (other !== undefined) {
          throw new GiveUp(
            `Windows has an NRPT rule for ${namespace} already: ${other.name} "${other.comment}", to ${other.servers.join(', ')}; ` +
              `remove it (Remove-DnsClientNrptRule -Name '${other.name}'), or take the zone out of dns.zones`,
          )
        }
        return {
          id: prefix + namespace,
          label: `NRPT rule ${namespace}`,
          now: fieldsOf(rules.find((rule) => rule.comment === comment)),
          wanted: { servers: [server] },
        }
      })
    },

    async read(id, signal) {
      const comment = commentOf(id.slice(prefix.length))
      const { rules } = await readTable(signal)
      return fieldsOf(rules.find((rule) => rule.comment === comment))
    },

    async write(id, { servers }, signal) {
      if (servers === undefined) return
      const namespace = id.slice(prefix.length)
      const asked = { comment: commentOf(namespace), namespace, servers }
      await runScript(writeRule, asked, nothing, signal)
    },

    async flush(signal) {
      await runScript(clearCache, null, nothing, signal)
    },
  }
}

const sameText = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

const fieldsOf = (rule: { readonly servers: readonly string[] } | undefined): Fields => ({
  servers: rule?.servers ?? null,
})
