# SPDX-License-Identifier: MIT

#Requires -RunAsAdministrator

<#
.SYNOPSIS
Puts the DNS of this host back as it was found, and takes the hooks away.

.EXAMPLE
powershell <installation folder>\addons\k2s-dns\Disable.ps1
#>

Param (
    [parameter(Mandatory = $false, HelpMessage = 'Show all logs in terminal')]
    [switch] $ShowLogs = $false,
    [parameter(Mandatory = $false, HelpMessage = 'If set to true, will encode and send result as structured data to the CLI.')]
    [switch] $EncodeStructuredOutput,
    [parameter(Mandatory = $false, HelpMessage = 'Message type of the encoded structure; applies only if EncodeStructuredOutput was set to $true')]
    [string] $MessageType
)
$infraModule = "$PSScriptRoot/../../lib/modules/k2s/k2s.infra.module/k2s.infra.module.psm1"
$clusterModule = "$PSScriptRoot/../../lib/modules/k2s/k2s.cluster.module/k2s.cluster.module.psm1"
$addonsModule = "$PSScriptRoot\..\addons.module.psm1"
$k2sDnsModule = "$PSScriptRoot\k2s-dns.module.psm1"

Import-Module $infraModule, $clusterModule, $addonsModule, $k2sDnsModule

Initialize-Logging -ShowLogs:$ShowLogs

function Stop-WithError($err) {
    if ($EncodeStructuredOutput -eq $true) {
        Send-ToCli -MessageType $MessageType -Message @{Error = $err }
        exit 0
    }
    Write-Log $err.Message -Error
    exit 1
}

# Nothing of it needs a cluster: it works with one that is stopped or broken.
if ((Test-IsAddonEnabled -Addon ([pscustomobject] @{Name = 'k2s-dns' })) -ne $true) {
    Stop-WithError (New-Error -Severity Warning -Code (Get-ErrCodeAddonAlreadyDisabled) -Message "Addon 'k2s-dns' is already disabled, nothing to do.")
}

$failure = try {
    $result = Invoke-K2sDns -Arguments 'restore'
    Write-Log $result.Text -Console
    if ($result.Code -ne 0) { $result.Text }
}
catch {
    $_.Exception.Message
}
if ($failure) {
    Stop-WithError (New-Error -Code 'addon-disable-failed' -Message "The DNS of this host could not be put back, so the addon stays enabled: $failure")
}

Uninstall-K2sDnsHooks
Remove-AddonFromSetupJson -Addon ([pscustomobject] @{Name = 'k2s-dns' })

if ($EncodeStructuredOutput -eq $true) {
    Send-ToCli -MessageType $MessageType -Message @{Error = $null }
}
