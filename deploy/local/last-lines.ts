import { readFileSync } from 'node:fs'

/** The end of a log, each line cut at 300 characters; a remark if it can't be read. */
export function lastLines(file: string, count = 10): string {
  try {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    return lines
      .slice(-count)
      .map((line) => `  ${line.slice(0, 300)}`)
      .join('\n')
  } catch (error) {
    return `  (${error instanceof Error ? error.message : String(error)})`
  }
}
