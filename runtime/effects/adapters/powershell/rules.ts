import type { Script } from './script.ts'

/**
 * asked: nothing. answer: rules (name, comment, namespaces, servers), and whether group policy has a table. If it has one, even an
 * empty one, Windows ignores the rules of the machine (Tailscale's nrpt_windows.go deletes an empty key for that reason).
 */
export const readRules: Script = {
  does: 'read the NRPT rules',
  body: String.raw`
  $policy = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\Policies\Microsoft\Windows NT\DNSClient\DnsPolicyConfig')
  $answer.policy = $null -ne $policy
  $answer.rules = @(Get-DnsClientNrptRule | ForEach-Object {
    @{
      name = [string]$_.Name
      comment = [string]$_.Comment
      namespaces = @($_.Namespace | Where-Object { $_ } | ForEach-Object { [string]$_ })
      servers = @($_.NameServers | Where-Object { $_ } | ForEach-Object { [string]$_ })
    }
  })
`,
}

/** asked: comment, namespace, servers (null: none, the rule goes). */
export const writeRule: Script = {
  does: 'set an NRPT rule',
  body: `
  $ours = @(Get-DnsClientNrptRule | Where-Object { $_.Comment -eq $asked.comment })
  if ($null -eq $asked.servers) {
    foreach ($rule in $ours) { Remove-DnsClientNrptRule -Name $rule.Name -Force }
  } elseif ($ours.Count -gt 0) {
    Set-DnsClientNrptRule -Name $ours[0].Name -NameServers @($asked.servers)
  } else {
    Add-DnsClientNrptRule -Namespace $asked.namespace -NameServers @($asked.servers) -Comment $asked.comment
  }
`,
}

export const clearCache: Script = {
  does: 'clear the DNS cache',
  body: `
  Clear-DnsClientCache
`,
}
