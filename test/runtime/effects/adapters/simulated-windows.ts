import { isAscii } from 'node:buffer'
import type { RunCommand } from '../../../../runtime/clients/command.ts'
import * as adapterScripts from '../../../../runtime/effects/adapters/powershell/adapters.ts'
import * as ruleScripts from '../../../../runtime/effects/adapters/powershell/rules.ts'
import { commandOf, type Script } from '../../../../runtime/effects/adapters/powershell/script.ts'

export interface SimulatedAdapter {
  readonly guid: string
  name: string
  readonly component: string
  /** Unplugged: Windows lists it no more, but its registry key stays. */
  present: boolean
  /** NameServer of `Tcpip\Parameters\Interfaces\{guid}`; undefined where there is no key. */
  ipv4: string | undefined
  ipv6: string | undefined
}

export interface SimulatedRule {
  readonly name: string
  readonly comment: string
  readonly namespaces: readonly string[]
  servers: readonly string[]
}

/** What scripts are asked, each a part of it. */
interface Asked {
  readonly comment: string
  readonly namespace: string
  readonly servers: readonly string[] | null
  readonly guid: string
  readonly stacks: readonly { readonly name: string; readonly servers: string }[]
}

/**
 * The registry and the rule table of a Windows, and what each script does to them by its own documentation. It runs no PowerShell:
 * that the scripts themselves do so on a machine is not shown by it.
 */
export function simulatedWindows(
  given: { adapters?: readonly Partial<SimulatedAdapter>[]; rules?: readonly SimulatedRule[] } = {},
) {
  const windows = {
    adapters: (given.adapters ?? []).map(
      (adapter, at): SimulatedAdapter => ({
        guid: `{4D36E972-0000-0000-0000-00000000000${at}}`,
        name: `Ethernet ${at}`,
        component: 'pci\\ven_8086&dev_15f3',
        present: true,
        ipv4: '',
        ipv6: '',
        ...adapter,
      }),
    ),
    rules: [...(given.rules ?? [])],
    groupPolicy: false,
    elevated: true,
    /** Names of the scripts that ran, in their order. */
    ran: [] as string[],
  }
  let made = 0

  const adapterOf = (guid: string) => windows.adapters.find((adapter) => adapter.guid === guid)
  const servers = ({ ipv4, ipv6 }: Partial<SimulatedAdapter>) => ({
    ipv4: ipv4 ?? null,
    ipv6: ipv6 ?? null,
  })
  const write = (change: (asked: Asked) => void) => (asked: Asked) => {
    if (!windows.elevated) throw denied
    change(asked)
    return {}
  }
  const operations: Readonly<Record<string, (asked: Asked) => object>> = {
    readRules: () => ({ policy: windows.groupPolicy, rules: windows.rules }),
    writeRule: write(({ comment, namespace, servers }) => {
      const ours = windows.rules.find((rule) => rule.comment === comment)
      if (servers === null) windows.rules = windows.rules.filter((rule) => rule.comment !== comment)
      else if (ours !== undefined) ours.servers = servers
      else
        windows.rules.push({ name: `{rule-${++made}}`, comment, namespaces: [namespace], servers })
    }),
    clearCache: write(() => undefined),
    readAdapters: () => ({
      adapters: windows.adapters
        .filter(({ present }) => present)
        .map((adapter) => ({ ...adapter, ...servers(adapter) })),
    }),
    readAdapter: ({ guid }) => servers(adapterOf(guid) ?? {}),
    writeAdapter: write(({ guid, stacks }) => {
      const adapter = adapterOf(guid)
      for (const { name, servers } of stacks) {
        const family = name === 'Tcpip' ? 'ipv4' : 'ipv6'
        if (adapter?.[family] !== undefined) adapter[family] = servers
        else if (servers !== '') throw new Error('the registry has no such adapter')
      }
    }),
  }

  const run: RunCommand = async (program, args, { input = '' }) => {
    assertIsPowerShell(program, args)
    if (!isAscii(Buffer.from(input))) throw new Error(`PowerShell would misread ${input}`)
    const name = nameOf(args.at(-1))
    windows.ran.push(name)
    try {
      const answer = operations[name]?.(JSON.parse(input) as Asked)
      return { code: 0, stdout: JSON.stringify({ answer }), stderr: '' }
    } catch (error) {
      const { message } = error as Error
      const fault =
        error === denied
          ? denied.record
          : { message, category: 'OperationStopped', type: 'System.Exception' }
      return { code: 1, stdout: JSON.stringify({ error: fault }), stderr: '' }
    }
  }
  return { windows, run }
}

/** As German Windows has it: only the category tells. */
const denied = Object.assign(new Error('denied'), {
  record: {
    message: 'Auf eine CIM-Ressource konnte vom Client nicht zugegriffen werden.',
    category: 'PermissionDenied',
    type: 'Microsoft.Management.Infrastructure.CimException',
  },
})

function assertIsPowerShell(program: string, args: readonly string[]): void {
  const line = [program, ...args.slice(0, -1)].join(' ')
  const expected = String.raw`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe -NoProfile -NonInteractive -Command`
  if (line !== expected) throw new Error(`a strange way to start PowerShell: ${line}`)
}

/** @throws for a script that is not one of the constants: whatever is asked must not be in its text */
export function nameOf(command: string | undefined): string {
  const scripts: [string, Script][] = Object.entries({ ...adapterScripts, ...ruleScripts })
  const found = scripts.find(([, script]) => commandOf(script) === command)
  if (found === undefined) throw new Error(`unknown script: ${command}`)
  return found[0]
}
