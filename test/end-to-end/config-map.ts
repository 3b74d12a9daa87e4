import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A ConfigMap with one file, mounted as the kubelet does it. */
export interface ConfigMap {
  /** Of the file. */
  readonly path: string
  /** Swaps the link to the folder in which the file lies (kubelet, pkg/volume/util/atomic_writer.go). */
  write(text: string): void
  remove(): void
}

export function configMap(fileName: string): ConfigMap {
  const mount = mkdtempSync(path.join(tmpdir(), 'k2s-dns-config-map-'))
  let versions = 0
  const write = (text: string) => {
    const version = `..version-${versions++}`
    mkdirSync(path.join(mount, version))
    writeFileSync(path.join(mount, version, fileName), text)
    symlinkSync(version, path.join(mount, '..data_tmp'))
    renameSync(path.join(mount, '..data_tmp'), path.join(mount, '..data'))
  }
  write('')
  symlinkSync(path.join('..data', fileName), path.join(mount, fileName))
  return {
    path: path.join(mount, fileName),
    write,
    remove: () => rmSync(mount, { recursive: true }),
  }
}
