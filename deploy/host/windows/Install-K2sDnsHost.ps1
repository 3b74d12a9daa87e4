# SPDX-License-Identifier: MIT

#Requires -RunAsAdministrator

<#
.SYNOPSIS
Starts "k2s-dns host" with Windows, as a scheduled task of SYSTEM. It restores at each start, so after a power cut too.

.DESCRIPTION
Program and settings must be where only administrators may write, since SYSTEM runs the one and reads the other.
Again with other parameters: the task is replaced.

.EXAMPLE
.\Install-K2sDnsHost.ps1 -Program 'C:\Program Files\k2s-dns\k2s-dns.exe' -Config 'C:\ProgramData\k2s-dns\config.yaml'
#>

param (
    [Parameter(Mandatory = $true)]
    [string] $Program,
    [Parameter(Mandatory = $true)]
    [string] $Config
)

$ErrorActionPreference = 'Stop'
$taskName = 'k2s-dns host'

$Program = (Resolve-Path -LiteralPath $Program).ProviderPath
$Config = (Resolve-Path -LiteralPath $Config).ProviderPath

$action = @{
    Execute  = $Program
    Argument = 'host --config "{0}"' -f $Config
}
# S-1-5-18 is SYSTEM in every language. There is no end to the task's time, and a battery is no reason to stop.
$principal = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
$settings = @{
    AllowStartIfOnBatteries    = $true
    DontStopIfGoingOnBatteries = $true
    ExecutionTimeLimit         = [TimeSpan]::Zero
    MultipleInstances          = 'IgnoreNew'
    RestartCount               = 999
    RestartInterval            = New-TimeSpan -Minutes 1
}
$task = @{
    TaskName  = $taskName
    Action    = New-ScheduledTaskAction @action
    Trigger   = New-ScheduledTaskTrigger -AtStartup
    Principal = $principal
    Settings  = New-ScheduledTaskSettingsSet @settings
}

if (Get-ScheduledTask -TaskName $taskName -ErrorAction SilentlyContinue) {
    Stop-ScheduledTask -TaskName $taskName
}
Register-ScheduledTask @task -Force | Out-Null
Start-ScheduledTask -TaskName $taskName
Write-Host "The task '$taskName' runs $Program, now and at each start of Windows."
