# SPDX-License-Identifier: MIT

# In addons\hooks: K2s runs it at the very end of its start, when the pods are ready.
$line = try {
    Import-Module "$PSScriptRoot\..\k2s-dns\k2s-dns.module.psm1"
    Start-K2sDnsHost
}
catch {
    "[k2s-dns] AfterStart: $($_.Exception.Message)"
}

if (Get-Command -Name Write-Log -ErrorAction SilentlyContinue) {
    Write-Log $line -Console
}
else {
    Write-Host $line
}
