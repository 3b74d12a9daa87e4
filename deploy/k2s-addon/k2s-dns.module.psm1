# SPDX-License-Identifier: MIT

# K2s runs hooks without parameters, in its own process, and a throw may end `k2s start` or `k2s stop` half way.
# So whatever goes wrong here becomes a line of text.

$installFolder = (Get-Item -LiteralPath "$PSScriptRoot\..\..").FullName
$program = "$installFolder\bin\k2s-dns.exe"
$config = "$env:ProgramData\k2s-dns\config.yaml"
$localHooksFolder = "$installFolder\LocalHooks"

# K2s looks for add-ons' hooks in addons\hooks, but for those around the network in LocalHooks alone.
$addonHooks = 'k2s-dns.AfterStart.ps1', 'k2s-dns.BeforeUninstall.ps1'
$localHooks = , 'k2s-dns.BeforeStopK8sNetwork.ps1'

function Get-K2sDnsProgram {
    return $program
}

function Get-K2sDnsHooks {
    $addon = $addonHooks | ForEach-Object { "$installFolder\addons\hooks\$_" }
    $local = $localHooks | ForEach-Object { "$localHooksFolder\$_" }
    return @($addon) + @($local)
}

<#
.SYNOPSIS
Runs k2s-dns.exe for this host. Returns Code and Text; throws if it can't be started, or does not end in time.
#>
function Invoke-K2sDns {
    param (
        [string[]] $Arguments = $(throw 'Arguments not specified'),
        [int] $DeadlineSeconds = 60
    )
    if (-not (Test-Path -LiteralPath $program)) {
        throw "there is no $program"
    }
    $options = $Arguments + @('--profile', 'k2s')
    if (Test-Path -LiteralPath $config) {
        $options += '--config', ('"{0}"' -f $config)
    }

    $start = New-Object System.Diagnostics.ProcessStartInfo
    $start.FileName = $program
    $start.Arguments = $options -join ' '
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.StandardOutputEncoding = [System.Text.Encoding]::UTF8
    $start.StandardErrorEncoding = [System.Text.Encoding]::UTF8

    $process = [System.Diagnostics.Process]::Start($start)
    # Both are read while it runs: a full pipe would hold it up.
    $stdout = $process.StandardOutput.ReadToEndAsync()
    $stderr = $process.StandardError.ReadToEndAsync()
    if (-not $process.WaitForExit($DeadlineSeconds * 1000)) {
        $process.Kill()
        throw "no end after $DeadlineSeconds s"
    }
    $text = ('{0} {1}' -f $stdout.Result, $stderr.Result) -replace '\s+', ' '
    return @{ Code = $process.ExitCode; Text = $text.Trim() }
}

<#
.SYNOPSIS
For hooks: runs it and returns one line for the log, whatever happens. What was stopped half way is put back.
#>
function Invoke-K2sDnsHook {
    param (
        [string[]] $Arguments = $(throw 'Arguments not specified'),
        [int] $DeadlineSeconds = 60
    )
    try {
        $result = Invoke-K2sDns -Arguments $Arguments -DeadlineSeconds $DeadlineSeconds
        return "[k2s-dns] $($result.Text) (exit code $($result.Code))"
    }
    catch {
        $why = $_.Exception.Message
    }
    try {
        $result = Invoke-K2sDns -Arguments 'restore' -DeadlineSeconds 60
        return "[k2s-dns] $($Arguments -join ' '): $why; then restore: $($result.Text) (exit code $($result.Code))"
    }
    catch {
        return "[k2s-dns] $($Arguments -join ' '): $why; then restore: $($_.Exception.Message)"
    }
}

# The part of the cluster is left to the instance in it: it sees the same start by its own watches, and takes events from its own
# machine only.
function Start-K2sDnsHost {
    return Invoke-K2sDnsHook -Arguments 'cluster', 'start', '--only', 'host'
}

function Stop-K2sDnsHost {
    return Invoke-K2sDnsHook -Arguments 'cluster', 'stop', '--only', 'host' -DeadlineSeconds 75
}

# addons.module.psm1 of K2s has to be imported for the following two.
function Install-K2sDnsHooks {
    Copy-ScriptsToHooksDir -ScriptPaths @($addonHooks | ForEach-Object { "$PSScriptRoot\hooks\$_" })
    New-Item -Path $localHooksFolder -ItemType Directory -Force | Out-Null
    foreach ($hook in $localHooks) {
        Copy-Item -LiteralPath "$PSScriptRoot\hooks\$hook" -Destination $localHooksFolder -Force
    }
}

function Uninstall-K2sDnsHooks {
    Remove-ScriptsFromHooksDir -ScriptNames @($addonHooks)
    foreach ($hook in $localHooks) {
        Remove-Item -LiteralPath "$localHooksFolder\$hook" -Force -ErrorAction SilentlyContinue
    }
}
