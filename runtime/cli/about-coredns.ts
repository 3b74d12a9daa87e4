import type { CoreDnsOutcome, Handled } from '../function.ts'

/** `; CoreDNS serves (2 asked)`, and what else whoever reads the hook's log should know. */
export function aboutCoreDns(answer: unknown): string {
  const { handled = [] } = (answer ?? {}) as { handled?: readonly Handled[] } // of our own instance
  const found = handled.find(({ answer: { coredns } }) => coredns !== undefined)
  if (!found) return ''
  const { coredns, asked, notes } = found.answer as Partial<CoreDnsOutcome>
  const who = asked && asked.length > 0 ? ` (${asked.join(', ')} answered)` : ''
  return [`; CoreDNS ${coredns}${who}`, ...(notes ?? [])].join('; ')
}
