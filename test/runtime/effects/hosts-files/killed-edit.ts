import { rename } from 'node:fs/promises'
import { runCommand } from '../../../../runtime/clients/command.ts'
import { systemClock } from '../../../../runtime/clock.ts'
import { editFile } from '../../../../runtime/effects/files/edit-file.ts'
import { hostsFileKind } from '../../../../runtime/effects/hosts-files/kind.ts'
import { ours, registry } from './a-hosts-file.ts'

/** Where an edit is struck by `kill -9`. */
export const killPoints = ['after the copy', 'before the rename', 'after the rename'] as const

/** Run as a program: `killed-edit.ts FILE POINT`. */
if (import.meta.main) {
  const [file = '', point = ''] = process.argv.slice(2)
  const die = (here: string) => here === point && process.kill(process.pid, 'SIGKILL')
  await editFile(file, ours(registry), {
    kind: hostsFileKind,
    platform: 'linux',
    clock: systemClock,
    signal: AbortSignal.timeout(20_000),
    run(...command) {
      die('after the copy')
      return runCommand(...command)
    },
    async rename(from, to) {
      die('before the rename')
      await rename(from, to)
      die('after the rename')
    },
  })
}
