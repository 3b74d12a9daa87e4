import { parseArgs } from 'node:util'
import { configFileOf, loadConfig, type Setting, settings, variableOf } from '../config.ts'
import { GiveUp, messageOf, RetryLater } from '../errors.ts'
import type { Call, Command, Flag } from './command.ts'

/** Exit codes; 75 is EX_TEMPFAIL of sysexits(3). */
export const exitCodes = { done: 0, failed: 1, usage: 2, tryAgain: 75 } as const

export interface Program
  extends Omit<Call, 'operands' | 'flags' | 'config' | 'configFile' | 'say'> {
  readonly commands: readonly Command[]
  readonly print: (line: string) => void
  readonly printError: (line: string) => void
}

const everywhere: Readonly<Record<string, Flag>> = {
  config: { kind: 'string', description: 'YAML file with settings by name; or K2S_DNS_CONFIG' },
  output: { kind: 'string', description: '"json" prints one JSON value instead of text' },
  help: { kind: 'boolean', description: 'Explain the command' },
}

/** Runs what a command line asks for. @returns the exit code */
export async function runProgram(args: readonly string[], program: Program): Promise<number> {
  const { commands, print, printError, ...given } = program
  const [name = 'help', ...rest] = args
  const command = commands.find((each) => each.name === name)
  if (!command) {
    const isHelp = name === 'help' || name === '--help'
    ;(isHelp ? print : printError)(
      isHelp ? overview(commands) : `unknown command ${name}: see --help`,
    )
    return isHelp ? exitCodes.done : exitCodes.usage
  }
  let parsed: Pick<Call, 'flags' | 'operands' | 'config' | 'configFile'>
  try {
    parsed = parse(command, rest, program.env)
  } catch (error) {
    printError(`k2s-dns ${name}: ${messageOf(error)}`)
    return exitCodes.usage
  }
  const { flags } = parsed
  if (flags['help'] === true) {
    print(help(command))
    return exitCodes.done
  }
  const json = flags['output'] === 'json'
  const say: Call['say'] = (text, value) => print(json ? jsonText(value ?? { text }) : text)
  try {
    return await command.run({ ...given, ...parsed, say })
  } catch (error) {
    printError(`k2s-dns ${name}: ${messageOf(error)}`)
    if (error instanceof GiveUp) return exitCodes.failed
    if (error instanceof RetryLater) return exitCodes.tryAgain
    throw error
  }
}

function parse(command: Command, args: readonly string[], env: Call['env']) {
  const own = { ...everywhere, ...command.flags }
  const flags = Object.entries(own).map(([key, { kind }]) => [key, { type: kind }] as const)
  const ofSettings = settings
    .filter(({ fileOnly }) => !fileOnly)
    .map(({ key }) => [key, { type: 'string' }] as const)
  const { values, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries([...ofSettings, ...flags]),
    allowPositionals: command.operands !== undefined,
    strict: true,
  })
  const texts = Object.entries(values).filter(([, value]) => typeof value === 'string')
  const sources = { flags: Object.fromEntries(texts) as Record<string, string>, env } // texts
  return {
    flags: values as Call['flags'], // no flag is `multiple`
    operands: positionals,
    config: loadConfig(sources),
    configFile: configFileOf(sources),
  }
}

/** JSON without what steers a terminal: what others wrote into etcd may be in it. */
const jsonText = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (found) =>
    Array.from({ length: found.length }, (_, index) => {
      const unit = found.charCodeAt(index).toString(16)
      return `\\u${unit.padStart(4, '0')}`
    }).join(''),
  )

const overview = (commands: readonly Command[]): string =>
  [
    'k2s-dns: names of a cluster, as soon as they are asked for',
    '',
    ...commands.map(({ name, summary }) => `  k2s-dns ${name.padEnd(9)} ${summary}`),
    '',
    'k2s-dns <command> --help explains one.',
  ].join('\n')

function help({ name, operands, summary, example, flags }: Command): string {
  const row = (key: string, text: string) => `  --${key.padEnd(24)} ${text}`
  const flagRows = Object.entries({ ...flags, ...everywhere })
  return [
    `k2s-dns ${[name, operands].filter(Boolean).join(' ')} [flags]`,
    summary,
    '',
    `Example: ${example}`,
    '',
    ...flagRows.map(([key, { description }]) => row(key, description)),
    '',
    `Settings: flag, else environment (${variableOf('etcd.endpoints')} …), else file, else profile, else default.`,
    ...settings.map((setting) => row(setting.key, `${setting.description}${fallback(setting)}`)),
  ].join('\n')
}

const fallback = ({ fallback }: Setting): string =>
  fallback === undefined || String(fallback) === '' ? '' : ` [${String(fallback)}]`
