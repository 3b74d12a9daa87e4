import { z } from 'zod'
import type { RunCommand } from '../../../clients/command.ts'
import { GiveUp, RetryLater } from '../../../errors.ts'
import type { Json } from '../driver.ts'
import { commandOf, type Script } from './script.ts'

export type RunScript = <T>(
  script: Script,
  asked: Json,
  answer: z.ZodType<T>,
  signal: AbortSignal,
) => Promise<T>

export interface PowerShell {
  readonly run: RunCommand
  /** Windows looks for a bare name in the current folder first, so it is a whole path. */
  readonly program?: string
}

/** The first use of a module reads it from disk, past virus scanners: seconds on a slow machine. */
const timeoutMs = 30_000

const outputSchema = z.union([
  z.object({ answer: z.unknown() }),
  z.object({
    error: z.object({ message: z.string(), category: z.string(), type: z.string() }),
  }),
])

/** Code pages differ, ASCII is in all of them. */
const asciiJson = (value: Json): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const isAboutRights = ({ category, type }: { category: string; type: string }): boolean =>
  category === 'PermissionDenied' ||
  category === 'SecurityError' ||
  type === 'System.UnauthorizedAccessException' ||
  type === 'System.Security.SecurityException'

/** @throws GiveUp where rights are missing; RetryLater for whatever else Windows says */
export const createRunScript =
  ({
    run,
    program = String.raw`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`,
  }: PowerShell): RunScript =>
  async (script, asked, answer, signal) => {
    const args = ['-NoProfile', '-NonInteractive', '-Command', commandOf(script)]
    const { code, stdout, stderr } = await run(program, args, {
      input: asciiJson(asked),
      timeoutMs,
      signal,
    })
    const output = outputSchema.safeParse(parsed(stdout)).data
    if (output === undefined) {
      const said = `${stdout}${stderr}`.trim().slice(0, 500)
      throw new RetryLater(`can't ${script.does}: PowerShell ended with ${code} and said: ${said}`)
    }
    if ('error' in output) {
      const { error } = output
      if (isAboutRights(error)) {
        throw new GiveUp(
          `can't ${script.does}: Windows wants an administrator for it; start k2s-dns from an elevated terminal or service`,
        )
      }
      throw new RetryLater(`can't ${script.does}: ${error.message} (${error.type})`)
    }
    return answer.parse(output.answer)
  }

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
