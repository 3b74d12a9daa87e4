import { writeSync } from 'node:fs'

/** Where a test file's process finds the pipe to the runner: apart from what tests print. */
export const verdictDescriptor = 3

/** Where it finds a pipe that closes when the runner is gone, whatever ended it. */
export const lifelineDescriptor = 4

/** What a test file's process tells the runner, as one line of JSON each. */
export type Message =
  | { readonly kind: 'test'; readonly name: string }
  | { readonly kind: 'breach'; readonly reason: string }
  | {
      readonly kind: 'end'
      /** false when the process ends before its tests have */
      readonly finished: boolean
      readonly registered: number
      /** as uvu counts them: those that it meant to run */
      readonly total: number
      readonly passed: number
    }

let running = ''

/** Synchronous, since the last message is sent while the process exits. */
export function tell(message: Message): void {
  if (message.kind === 'test') running = message.name
  writeSync(verdictDescriptor, `${JSON.stringify(message)}\n`)
}

/** The file is red, whatever its tests say. */
export function breach(what: string, thrown?: unknown): void {
  const where = running === '' ? '' : ` (last test begun: "${running}")`
  const detail = thrown === undefined ? '' : `\n${asError(thrown).stack ?? ''}`
  tell({ kind: 'breach', reason: `${what}${where}${detail}` })
}

/** uvu loses count of a suite in which something else than an Error is thrown. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(`not an Error was thrown: ${String(thrown)}`)
