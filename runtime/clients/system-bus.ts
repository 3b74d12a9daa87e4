import { GiveUp, RetryLater } from '../errors.ts'
import type { CommandResult, RunCommand } from './command.ts'
import type { FollowCommand } from './follow.ts'

/**
 * The host's D-Bus, by `busctl`: it comes with systemd, as systemd-resolved does, and its JSON has what a call
 * returned with its types. No service is started for a question.
 */
export interface SystemBus {
  /** Whether somebody has the name. No bus, no busctl: nobody has. */
  hasOwner(name: string, signal: AbortSignal): Promise<boolean>
  /** Of whoever has the name. @throws RetryLater if nobody has */
  processOf(name: string, signal: AbortSignal): Promise<number>
  /** @throws RetryLater, with what busctl says */
  property(object: BusObject, name: string, signal: AbortSignal): Promise<unknown>
  /**
   * @param args a signature and the values, as busctl takes them: `ia(sb)`, `3`, `1`, `example`, `true`
   * @returns what the method returned
   * @throws GiveUp without the right to; RetryLater with what busctl says
   */
  call(
    object: BusObject,
    method: string,
    args: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly unknown[]>
  /** The messages that fit one of the rules, as JSON; it needs root. @throws RetryLater once the bus is gone */
  messages(rules: readonly string[], signal: AbortSignal): AsyncIterable<string>
}

export interface BusObject {
  readonly service: string
  readonly path: string
  readonly interface: string
}

const daemon: BusObject = {
  service: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
}

const always = ['--system', '--json=short', '--auto-start=no', '--timeout=5']

export function createSystemBus(run: RunCommand, follow: FollowCommand): SystemBus {
  async function call(
    object: BusObject,
    method: string,
    args: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    const said = await ask(['call', ...target(object), method, ...args], signal)
    return (said ?? []) as unknown[] // the arguments of a reply; void methods print nothing
  }

  async function ask(words: readonly string[], signal: AbortSignal): Promise<unknown> {
    const what = words.slice(1).join(' ')
    const result = await run('busctl', [...always, ...words], { signal })
    if (result.code !== 0) throw refusal(what, result)
    if (result.stdout === '') return undefined
    return (JSON.parse(result.stdout) as { data: unknown }).data // busctl's own form
  }

  return {
    async hasOwner(name, signal) {
      try {
        const [isOwned] = await call(daemon, 'NameHasOwner', ['s', name], signal)
        return isOwned === true
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof RetryLater) return false
        throw error
      }
    },
    async processOf(name, signal) {
      const [pid] = await call(daemon, 'GetConnectionUnixProcessID', ['s', name], signal)
      return Number(pid)
    },
    property: (object, name, signal) => ask(['get-property', ...target(object), name], signal),
    call,
    messages: (rules, signal) =>
      follow(
        'busctl',
        ['--system', '--json=short', 'monitor', ...rules.map((rule) => `--match=${rule}`)],
        signal,
      ),
  }
}

const target = (object: BusObject) => [object.service, object.path, object.interface]

/** systemd and polkit say so where somebody else than root changes something. */
const rightMissing = /authentication required|access denied|not permitted|permission denied/i

function refusal(what: string, { stderr }: CommandResult): Error {
  const text = `${what}: ${stderr.trim()}`
  return rightMissing.test(stderr) ? new GiveUp(`${text}: run it as root`) : new RetryLater(text)
}
