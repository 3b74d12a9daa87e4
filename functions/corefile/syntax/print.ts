import type { Corefile } from './corefile.ts'

/** The words as they are written, with all that stands between them: every byte of what was read. */
export function print({ source, tokens }: Corefile): string {
  let printed = ''
  let at = 0
  for (const { start, end } of tokens) {
    printed += source.slice(at, start) + source.slice(start, end)
    at = end
  }
  return printed + source.slice(at)
}
