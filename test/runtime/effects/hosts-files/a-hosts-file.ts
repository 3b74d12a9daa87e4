import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { printHostsText, readHostsText } from '../../../../functions/hosts-file/hosts-text.ts'
import type { Entry } from '../../../../functions/hosts-file/own-line.ts'
import { runCommand } from '../../../../runtime/clients/command.ts'
import { systemClock } from '../../../../runtime/clock.ts'
import { type EditOptions, editFile } from '../../../../runtime/effects/files/edit-file.ts'
import { hostsFileKind } from '../../../../runtime/effects/hosts-files/kind.ts'

export const registry: Entry = { name: 'k2s-registry.local', address: '172.19.1.100' }
export const gateway: Entry = { name: 'k2s-gateway.local', address: '172.19.1.100' }

/** An edit by which our lines are these. */
export const ours =
  (...entries: readonly Entry[]) =>
  (bytes: Uint8Array): Uint8Array => {
    const text = readHostsText(bytes)
    if (!text) throw new Error('it has no text')
    return printHostsText(text, entries, '\n')
  }

/** A file `hosts` in a folder of its own. */
export function aHostsFile(content: string | Uint8Array = '127.0.0.1 localhost\n') {
  const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-etc-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'hosts')
  writeFileSync(file, content)
  return {
    folder,
    file,
    text: () => readFileSync(file, 'utf8'),
    bytes: () => readFileSync(file),
    names: () => readdirSync(folder).sort(),
    /** @returns whether it was written */
    edit: (edit: (bytes: Uint8Array) => Uint8Array, more: Partial<EditOptions> = {}) =>
      editFile(file, edit, {
        kind: hostsFileKind,
        run: runCommand,
        platform: 'linux',
        clock: systemClock,
        signal: AbortSignal.timeout(20_000),
        ...more,
      }),
  }
}
