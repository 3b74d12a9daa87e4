import { hash } from 'node:crypto'

/** A name and an address of it, as one line of a hosts file has them. */
export interface Entry {
  readonly name: string
  readonly address: string
}

/** The comments around our lines are for people; each line says for itself that it is ours. */
export const begin = '# k2s-dns: begin'
export const end = '# k2s-dns: end'

/** What one line of ours is; `behind` is the check sum of a line above whose end is ours too. */
export type OwnLine =
  | { readonly is: 'begin'; readonly behind?: string }
  | { readonly is: 'end' }
  | { readonly is: 'entry'; readonly entry: Entry }

/**
 * One name a line, as Windows reads a name and eight aliases of each. The check sum is what makes it ours: somebody
 * who changes the line makes it theirs.
 */
export const entryLine = ({ name, address }: Entry): string =>
  `${address} ${name} # k2s-dns ${sumOf(`${address} ${name}`)}`

/** Begins a block behind a line that had no end: taking the block out takes out that line's end. */
export const beginBehind = (above: string): string => `${begin} behind ${sumOf(above)}`

/** @param line without its end; @returns undefined if it is not ours, or no longer */
export function readOwnLine(line: string): OwnLine | undefined {
  if (line === begin) return { is: 'begin' }
  if (line === end) return { is: 'end' }
  const behind = /^# k2s-dns: begin behind ([0-9a-f]{8})$/.exec(line)?.[1]
  if (behind !== undefined) return { is: 'begin', behind }
  const [, address, name] = /^(\S+) (\S+) # k2s-dns [0-9a-f]{8}$/.exec(line) ?? []
  if (address === undefined || name === undefined) return undefined
  const entry = { name, address }
  return line === entryLine(entry) ? { is: 'entry', entry } : undefined
}

/** Whether it looks like an entry of ours that somebody changed. */
export const wasOwnLine = (line: string): boolean =>
  / # k2s-dns [0-9a-f]{8}\s*$/.test(line) && !readOwnLine(line)

export const sumOf = (text: string): string => hash('sha256', text).slice(0, 8)
