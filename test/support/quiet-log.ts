import type { Log } from '../../runtime/log.ts'

export interface QuietLog extends Log {
  /** `level message`, then the fields */
  readonly lines: readonly (readonly [string, Readonly<Record<string, unknown>>])[]
}

/** A log that is kept instead of printed. */
export function quietLog(): QuietLog {
  const lines: [string, Readonly<Record<string, unknown>>][] = []
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push([`${level} ${message}`, fields])
  }
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
}
