import { constants } from 'node:fs'
import { access, readFile, realpath, rm, watch } from 'node:fs/promises'
import path from 'node:path'
import type { RunCommand } from '../../clients/command.ts'
import type { Clock } from '../../clock.ts'
import { createFile } from '../files/create-file.ts'
import { editFile } from '../files/edit-file.ts'
import { type FileKind, fileFault } from '../files/faults.ts'
import { syncFolder } from '../files/sync-folder.ts'
import type { AdapterDriver } from './driver.ts'
import { flushNscd } from './nscd.ts'
import { onPort53 } from './on-port-53.ts'
import {
  ourLines,
  parseLines,
  serverLines,
  withServerLines,
  writerOf,
} from './resolv-conf-lines.ts'

export interface ResolvConf {
  readonly path: string
  readonly run: RunCommand
  readonly clock: Clock
}

const kind: FileKind = {
  name: 'resolver file',
  ENOENT: 'it is a link that leads to nothing',
  EROFS: 'set the server where the file is made',
}
const platform = 'linux'

/**
 * The file that the C library reads, where no program is in charge of it. It can't tell zones apart, and a server has
 * no port there (resolv.conf(5)). Ours is the only one in it: musl asks all at once and takes the first answer.
 */
export function createResolvConf({ path: link, run, clock }: ResolvConf): AdapterDriver {
  const fault = (error: unknown, file = link) => fileFault(file, error, { kind, platform })

  /** @returns undefined if there is no such file; a character for each byte */
  async function readText(): Promise<string | undefined> {
    try {
      return (await readFile(link)).toString('latin1')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw fault(error)
    }
  }

  /** Of a link what it leads to: the link itself stays. */
  const target = () =>
    realpath(link).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return link
      throw fault(error)
    })

  return {
    name: 'resolv-conf',

    async detect() {
      const [text, file] = [await readText(), await target()]
      const what = file === link ? 'a file' : `a link to ${file}`
      const writer = writerOf(text ?? '')
      const said = writer ? `, and says that ${writer} writes it, which does not answer` : ''
      const because =
        `${link} is ${text === undefined ? 'not there' : what}${said}; ` +
        'it can’t tell zones apart: it is told with host.mode all only'
      return { applies: true, because }
    },

    async places({ mode, server }) {
      if (mode === 'split') return []
      const address = onPort53(server, link)
      const text = await readText()
      const file = await target()
      const written = text === undefined ? path.dirname(file) : file
      await access(written, constants.W_OK).catch((error: unknown) => {
        throw fault(error, written)
      })
      const now = { servers: text === undefined ? null : serverLines(text).map(toJson) }
      const wanted = { servers: ourLines(text ?? '', address).map(toJson) }
      return [{ id: link, label: link, now, wanted }]
    },

    async read() {
      const text = await readText()
      return text === undefined ? undefined : { servers: serverLines(text).map(toJson) }
    },

    async write(_, { servers }, signal) {
      const lines = parseLines(servers)
      const edit = (bytes: Uint8Array) =>
        Buffer.from(withServerLines(Buffer.from(bytes).toString('latin1'), lines), 'latin1')
      const text = await readText()
      const file = await target()
      try {
        if (text === undefined) {
          if (lines.length > 0) await createFile(file, edit(Buffer.from('')), 0o644)
        } else if (servers === null && withServerLines(text, lines) === '') {
          await rm(file) // it was made for us
          await syncFolder(path.dirname(file))
        } else await editFile(link, edit, { kind, run, platform, clock, signal })
      } catch (error) {
        throw fault(error, file)
      }
    },

    flush: (signal) => flushNscd(run, signal),

    async *changes(signal) {
      const file = await target()
      for await (const { filename } of watch(path.dirname(file), { signal })) {
        if (filename === path.basename(file)) yield
      }
    },
  }
}

const toJson = ({ after, line }: { readonly after: number; readonly line: string }) => ({
  after,
  line,
})
