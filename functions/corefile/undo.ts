import { regionsOf } from './region.ts'
import type { Configuration, Refusal } from './wish.ts'

export interface Undone {
  readonly kind: 'undone'
  readonly configuration: Configuration
}

/** Takes all of ours out again; what others have changed meanwhile stays. A key of `coredns-custom` that held nothing else goes. */
export function undo({ corefile, custom }: Configuration): Undone | Refusal {
  const broken = [['Corefile', corefile] as const, ...Object.entries(custom ?? {})].flatMap(
    ([name, text]) => regionsOf(text).flatMap((each) => (each.isIntact ? [] : [{ name, ...each }])),
  )
  const [first] = broken
  if (first) {
    const where = `${first.name}, line ${first.line}`
    return {
      kind: 'refused',
      reason: `${where}: somebody has changed lines between our two comments: put back or remove them by hand`,
    }
  }
  if (!custom) return { kind: 'undone', configuration: { corefile: without(corefile) } }
  const left = Object.entries(custom).flatMap(([name, text]) => {
    const rest = without(text)
    return rest === '' && text !== '' ? [] : [[name, rest] as const]
  })
  const configuration = { corefile: without(corefile), custom: Object.fromEntries(left) }
  return { kind: 'undone', configuration }
}

/** A region at the end of a file that had no last line end brought the one before it along. */
function without(source: string): string {
  let text = source
  for (const { start, end, was } of regionsOf(source).toReversed()) {
    const isBareEnd = end === source.length && !source.endsWith('\n') && start > 0
    text = text.slice(0, isBareEnd ? start - 1 : start) + was + text.slice(end)
  }
  return text
}
