# SPDX-License-Identifier: MIT

# In addons\hooks: K2s runs it before it takes everything away, also with a cluster that is stopped.
$line = try {
    Import-Module "$PSScriptRoot\..\k2s-dns\k2s-dns.module.psm1"
    Invoke-K2sDnsHook -Arguments 'restore'
}
catch {
    "[k2s-dns] BeforeUninstall: $($_.Exception.Message)"
}

if (Get-Command -Name Write-Log -ErrorAction SilentlyContinue) {
    Write-Log $line -Console
}
else {
    Write-Host $line
}
