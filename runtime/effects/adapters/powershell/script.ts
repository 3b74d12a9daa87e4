/**
 * A script for Windows PowerShell 5.1, one operation. Scripts are text in TypeScript, so that a binary carries them; they use
 * no backtick, no `${` and no double quote (which Windows' command lines escape in several ways).
 * Whatever a script is asked comes as JSON in `$asked`, never as code; it leaves a hashtable in `$answer`.
 */
export interface Script {
  /** For messages: `set an NRPT rule`. */
  readonly does: string
  readonly body: string
}

/**
 * What PowerShell is given by `-Command`, which needs no execution policy, unlike a file. It reads standard input into `$input` for it
 * (Executor.cs of PowerShell's host: nothing else may read it beside). The answer goes out as bytes, since what a console would
 * encode is the language's code page; so does an error, whose text is in the language of Windows, but whose category isn't.
 */
export const commandOf = ({ body }: Script): string => `
$json = @($input) -join ' '
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
function Write-Answer($answer) {
  $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $answer -Depth 6 -Compress))
  $stdout = [Console]::OpenStandardOutput()
  $stdout.Write($bytes, 0, $bytes.Length)
  $stdout.Flush()
}
try {
  $asked = ConvertFrom-Json -InputObject $json
  $answer = @{}
  . {${body}} | Out-Null
  Write-Answer @{ answer = $answer }
} catch {
  $cause = $_.Exception.GetBaseException()
  Write-Answer @{ error = @{ message = [string]$cause.Message; category = [string]$_.CategoryInfo.Category; type = $cause.GetType().FullName } }
  exit 1
}
`
