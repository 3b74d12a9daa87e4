/**
 * Reads a property list as the DTD of version 1.0 has it, without dates, data and reals.
 * @throws for anything else
 */
export function parsePlist(xml: string): unknown {
  const tokens = xml
    .replace(/<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|<!--.*?-->/gs, '')
    .split(/(<[^>]*>)/)
    .filter((token) => token.trim() !== '')

  const take = (expected: string): void => {
    const token = tokens.shift()
    if (token !== expected) throw new Error(`${expected} was expected, not ${token}`)
  }
  const textUntil = (end: string): string => {
    const text = tokens[0]?.startsWith('<') ? '' : (tokens.shift() ?? '')
    take(end)
    return text
  }
  const until = (end: string, item: () => void): void => {
    while (tokens[0] !== end) item()
    take(end)
  }
  const value = (): unknown => {
    const tag = tokens.shift() ?? 'the end'
    switch (tag) {
      case '<true/>':
        return true
      case '<false/>':
        return false
      case '<string>':
        return textUntil('</string>')
      case '<integer>':
        return Number.parseInt(textUntil('</integer>'), 10)
      case '<array>': {
        const list: unknown[] = []
        until('</array>', () => list.push(value()))
        return list
      }
      case '<dict>': {
        const entries: [string, unknown][] = []
        until('</dict>', () => {
          take('<key>')
          entries.push([textUntil('</key>'), value()])
        })
        return Object.fromEntries(entries)
      }
      default:
        throw new Error(`${tag} is no value of a property list`)
    }
  }

  take('<plist version="1.0">')
  const root = value()
  take('</plist>')
  if (tokens.length > 0) throw new Error(`${tokens[0]} after the end`)
  return root
}
