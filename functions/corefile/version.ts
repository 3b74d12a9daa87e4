/** @param version `1.9.4` or `v1.9.4` */
export function isSince(version: string, since: readonly number[]): boolean {
  const parts = version.replace(/^v/, '').split('.').map(Number)
  for (const [at, least] of since.entries()) {
    const part = parts[at] ?? 0
    if (part !== least) return part > least
  }
  return true
}
