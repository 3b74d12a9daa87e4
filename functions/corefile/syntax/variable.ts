/**
 * Whether CoreDNS puts something of its environment in the place of a word or of a part of it: `{$NAME}` or
 * `{%NAME%}`, in quoted words too (caddyfile/parse.go, replaceEnvVars). What it comes to is not known here.
 */
export const hasVariable = (text: string): boolean => /\{\$[^}]+\}|\{%.+?%\}/s.test(text)
