import { lex } from './syntax/lex.ts'
import { hasVariable } from './syntax/variable.ts'
import { Refused } from './wish.ts'

/**
 * Writes a word so that CoreDNS reads it back, in quotes where it needs them.
 * @throws Refused for what no quoting can say
 */
export function word(text: string): string {
  const escaped = `"${text.replaceAll('"', '\\"')}"`
  const written = [text, escaped].find((each) => {
    const { tokens, isUnterminated } = lex(` ${each} `)
    return tokens.length === 1 && tokens[0]?.text === text && !isUnterminated
  })
  if (written === undefined || /[{}\n]/.test(text) || hasVariable(text)) {
    throw new Refused(`"${text}" can't be written into a Corefile`)
  }
  return written
}
