# SPDX-License-Identifier: MIT

# In LocalHooks: K2s runs it at a stop while the VM, dnsmasq and dnsproxy still answer. Add-ons have no hook at a stop.
$line = try {
    Import-Module "$PSScriptRoot\..\addons\k2s-dns\k2s-dns.module.psm1"
    Stop-K2sDnsHost
}
catch {
    "[k2s-dns] BeforeStopK8sNetwork: $($_.Exception.Message)"
}

if (Get-Command -Name Write-Log -ErrorAction SilentlyContinue) {
    Write-Log $line -Console
}
else {
    Write-Host $line
}
