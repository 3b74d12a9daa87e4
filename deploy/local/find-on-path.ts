import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'

/**
 * What a shell would run for a name.
 * @param searchPath as in `PATH`; undefined or empty finds nothing
 */
export function findOnPath(name: string, searchPath: string | undefined): string | undefined {
  const file = withSuffix(name)
  return searchPath
    ?.split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => path.resolve(folder, file))
    .find(isExecutable)
}

/** `etcd.exe` on Windows, `etcd` elsewhere. */
export const withSuffix = (name: string) => (process.platform === 'win32' ? `${name}.exe` : name)

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
