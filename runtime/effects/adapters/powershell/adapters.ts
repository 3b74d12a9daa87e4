import type { Script } from './script.ts'

/**
 * NameServer in the registry is what is set by hand, or empty; Get-DnsClientServerAddress would tell what is in effect, DHCP's
 * included. The key is there for an adapter that is unplugged, too.
 */
const registry = String.raw`
  function Open-Interface($stack, $guid, $writable) {
    $path = 'SYSTEM\CurrentControlSet\Services\{0}\Parameters\Interfaces\{1}' -f $stack, $guid
    [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($path, $writable)
  }
  function Read-Servers($stack, $guid) {
    $key = Open-Interface $stack $guid $false
    if ($null -eq $key) { $null } else { [string]$key.GetValue('NameServer') }
  }
  function Write-Servers($stack, $guid, $servers) {
    $key = Open-Interface $stack $guid $true
    if ($null -eq $key -and $servers -eq '') { return }
    if ($null -eq $key) { throw 'the registry has no such adapter' }
    if ([string]$key.GetValue('NameServer') -ne [string]$servers) { $key.SetValue('NameServer', [string]$servers) }
    $key.Close()
  }
`

/** asked: nothing. answer: adapters (guid, name, component, ipv4, ipv6) of hardware, in whatever state they are. */
export const readAdapters: Script = {
  does: 'read the network adapters',
  body: `${registry}
  $answer.adapters = @(Get-NetAdapter -Physical | ForEach-Object {
    $guid = [string]$_.InterfaceGuid
    @{
      guid = $guid
      name = [string]$_.Name
      component = [string]$_.ComponentID
      ipv4 = Read-Servers 'Tcpip' $guid
      ipv6 = Read-Servers 'Tcpip6' $guid
    }
  })
`,
}

/** asked: guid. answer: ipv4, ipv6, null where the registry has no such adapter. */
export const readAdapter: Script = {
  does: 'read a network adapter',
  body: `${registry}
  $answer.ipv4 = Read-Servers 'Tcpip' $asked.guid
  $answer.ipv6 = Read-Servers 'Tcpip6' $asked.guid
`,
}

/**
 * asked: guid; stacks, each with its name and servers as NameServer has them ('' is automatic).
 * The registry first: from then on a crash leaves the wanted state, and an adapter that is away finds it when it comes back.
 * Windows notices by the cmdlet, which may write the list in a form of its own, so what was asked is written once more.
 * A family that was emptied beside one that keeps its servers isn't told by the cmdlet (its reset is for both):
 * Register-DnsClient makes Windows read the settings of adapters again (Tailscale's manager_windows.go, ipconfig /registerdns).
 */
export const writeAdapter: Script = {
  does: 'set the DNS servers of an adapter',
  body: `${registry}
  foreach ($stack in $asked.stacks) { Write-Servers $stack.name $asked.guid $stack.servers }
  $adapter = Get-NetAdapter | Where-Object { $_.InterfaceGuid -eq $asked.guid } | Select-Object -First 1
  if ($null -eq $adapter) { return }
  if ($null -eq (Get-NetIPInterface -InterfaceIndex $adapter.ifIndex -ErrorAction SilentlyContinue)) { return }
  $lists = (Read-Servers 'Tcpip' $asked.guid), (Read-Servers 'Tcpip6' $asked.guid)
  $servers = @(($lists -join ',') -split '[ ,;]+' | Where-Object { $_ -ne '' })
  if ($servers.Count -eq 0) {
    Set-DnsClientServerAddress -InterfaceIndex $adapter.ifIndex -ResetServerAddresses
  } else {
    Set-DnsClientServerAddress -InterfaceIndex $adapter.ifIndex -ServerAddresses $servers
    if (@($asked.stacks | Where-Object { $_.servers -eq '' }).Count -gt 0) { Register-DnsClient }
  }
  foreach ($stack in $asked.stacks) { Write-Servers $stack.name $asked.guid $stack.servers }
`,
}
