/** Says how far something long has come. */
export interface Progress {
  /** What is being done now; may be called many times a second. */
  update(line: string): void
  /** Ends what was said with a line that stays. */
  done(line: string): void
}

/** The part of a stream that is used here: `process.stderr` fits. */
export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const clearLine = '\r\u001b[2K'

/**
 * A line that is rewritten in place on a terminal; elsewhere, as in a CI log, a line now and then.
 * @param everyMs the least time between two lines where nothing can be rewritten; default 10,000
 */
export function terminalProgress(
  stream: Terminal,
  { everyMs = 10_000, now = () => performance.now() } = {},
): Progress {
  let [saidAt, said] = [Number.NEGATIVE_INFINITY, '']

  function say(line: string): void {
    if (line === said) return
    said = line
    if (stream.isTTY) stream.write(clearLine + line.slice(0, (stream.columns ?? 80) - 1))
    else if (now() - saidAt >= everyMs) {
      saidAt = now()
      stream.write(`${line}\n`)
    }
  }

  return {
    update: say,
    done: (line) => {
      said = ''
      stream.write(`${stream.isTTY ? clearLine : ''}${line}\n`)
    },
  }
}
