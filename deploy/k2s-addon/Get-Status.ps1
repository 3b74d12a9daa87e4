# SPDX-License-Identifier: MIT

#Requires -RunAsAdministrator

Import-Module "$PSScriptRoot\k2s-dns.module.psm1"

$missing = @(Get-K2sDnsHooks | Where-Object { -not (Test-Path -LiteralPath $_) })
$hooks = @{Name = 'AreHooksInstalled'; Value = $missing.Count -eq 0; Okay = $missing.Count -eq 0 }
$hooks.Message = if ($hooks.Okay) { 'The hooks for start and stop are installed' } else { "Hooks are missing: $($missing -join ', '). Disable and enable the addon again" }

$doctor = try { Invoke-K2sDns -Arguments 'doctor' -DeadlineSeconds 30 } catch { @{Code = -1; Text = $_.Exception.Message } }
$names = @{Name = 'DoesHostGetNames'; Value = $doctor.Code -eq 0; Okay = $doctor.Code -eq 0; Message = $doctor.Text }

return , @($hooks, $names)
