# SPDX-License-Identifier: MIT

#Requires -RunAsAdministrator

<#
.SYNOPSIS
Takes away what Install-K2sDnsHost.ps1 made, and puts the DNS of this computer back as it was found.

.DESCRIPTION
Windows ends the program of a task without a word to it, so it is a run of "k2s-dns restore" that puts things back. If that
fails, this script fails, and can be run again.

.EXAMPLE
.\Uninstall-K2sDnsHost.ps1
#>

$ErrorActionPreference = 'Stop'
$taskName = 'k2s-dns host'

$task = Get-ScheduledTask -TaskName $taskName -ErrorAction SilentlyContinue
if (-not $task) {
    Write-Host "There is no task '$taskName'."
    return
}

$program = $task.Actions[0].Execute
$options = $task.Actions[0].Arguments -replace '^host', 'restore'

Stop-ScheduledTask -TaskName $taskName
$restore = Start-Process -FilePath $program -ArgumentList $options -NoNewWindow -Wait -PassThru
if ($restore.ExitCode -ne 0) {
    throw "'$program $options' ended with $($restore.ExitCode): the DNS of this computer is not as it was found. The task '$taskName' is stopped and still there; run this script again."
}
Unregister-ScheduledTask -TaskName $taskName -Confirm:$false
Write-Host "The task '$taskName' is gone, and the DNS of this computer is as it was found."
