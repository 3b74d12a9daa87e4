import { win32 } from 'node:path'
import type { RunCommand } from '../../clients/command.ts'

/** By its path: what a search of PATH finds may be somebody else's. */
const powerShell = String.raw`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`

/** The registry may say another folder than the usual one. PowerShell fills in the variables that it is written with. */
const askRegistry = String.raw`(Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters').DataBasePath`

/** PowerShell takes seconds to start on a slow machine. */
const timeoutMs = 30_000

const usual = String.raw`C:\Windows\System32\drivers\etc`

/** The hosts file that this host's resolver reads; where Windows does not say which, it is where it always is. */
export async function ownHostsPath(
  run: RunCommand,
  { platform, signal }: { readonly platform: NodeJS.Platform; readonly signal: AbortSignal },
): Promise<string> {
  if (platform !== 'win32') return '/etc/hosts'
  const args = ['-NoProfile', '-NonInteractive', '-Command', askRegistry]
  const { code, stdout } = await run(powerShell, args, { timeoutMs, signal }).catch(() => ({
    code: -1,
    stdout: '',
  }))
  const folder = stdout.trim()
  return win32.join(code === 0 && win32.isAbsolute(folder) ? folder : usual, 'hosts')
}
