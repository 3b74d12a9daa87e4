import { win32 } from 'node:path'
import type { RunCommand } from '../../clients/command.ts'

export interface Host {
  readonly run: RunCommand
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

const parameters = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters'

/** Where the host's resolver looks. On Windows the registry may say another folder than the usual one. */
export async function hostsPath({ run, platform, env, signal }: Host): Promise<string> {
  if (platform !== 'win32') return '/etc/hosts'
  const variable = (name: string) =>
    Object.entries(env).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
  const asked = run('reg', ['query', parameters, '/v', 'DataBasePath'], { signal })
  const { stdout } = await asked.catch(() => ({ stdout: '' })) // then it is where it always is
  const said = /^\s*DataBasePath\s+REG_(?:EXPAND_)?SZ\s+(.+?)\s*$/m.exec(stdout)?.[1]
  const folder = said ?? '%SystemRoot%\\System32\\drivers\\etc'
  const expanded = folder.replaceAll(
    /%([^%]+)%/g,
    (_, name: string) =>
      variable(name) ?? (/^SystemRoot$/i.test(name) ? 'C:\\Windows' : `%${name}%`),
  )
  return win32.join(expanded, 'hosts')
}
