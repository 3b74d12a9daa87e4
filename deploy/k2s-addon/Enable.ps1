# SPDX-License-Identifier: MIT

#Requires -RunAsAdministrator

<#
.SYNOPSIS
Has K2s tell this host of the cluster's DNS at its start, and take it back at its stop.

.EXAMPLE
powershell <installation folder>\addons\k2s-dns\Enable.ps1
#>

Param (
    [parameter(Mandatory = $false, HelpMessage = 'Show all logs in terminal')]
    [switch] $ShowLogs = $false,
    [parameter(Mandatory = $false, HelpMessage = 'JSON config object to override preceeding parameters')]
    [pscustomobject] $Config,
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

$systemError = Test-SystemAvailability -Structured
if ($systemError) {
    Stop-WithError $systemError
}

if ((Test-IsAddonEnabled -Addon ([pscustomobject] @{Name = 'k2s-dns' })) -eq $true) {
    Stop-WithError (New-Error -Severity Warning -Code (Get-ErrCodeAddonAlreadyEnabled) -Message "Addon 'k2s-dns' is already enabled, nothing to do.")
}

if ((Test-Path -LiteralPath (Get-K2sDnsProgram)) -ne $true) {
    Stop-WithError (New-Error -Code (Get-ErrCodeAddonEnableFailed) -Message "There is no $(Get-K2sDnsProgram). Build it with 'npm run binary' and copy it there.")
}

Install-K2sDnsHooks

$failure = try {
    $result = Invoke-K2sDns -Arguments 'cluster', 'start', '--only', 'host'
    Write-Log $result.Text -Console
    if ($result.Code -ne 0) { $result.Text }
}
catch {
    $_.Exception.Message
}
if ($failure) {
    Uninstall-K2sDnsHooks
    Write-Log (Invoke-K2sDnsHook -Arguments 'restore')
    Stop-WithError (New-Error -Code (Get-ErrCodeAddonEnableFailed) -Message "This host could not be told of the cluster's DNS: $failure")
}

Add-AddonToSetupJson -Addon ([pscustomobject] @{Name = 'k2s-dns' })

if ($EncodeStructuredOutput -eq $true) {
    Send-ToCli -MessageType $MessageType -Message @{Error = $null }
}
