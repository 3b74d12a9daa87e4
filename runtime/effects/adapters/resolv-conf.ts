import { constants } from 'node:fs'
import { access, readFile, realpath, rm, watch } from 'node:fs/promises'
import path from 'node:path'
import type { RunCommand } from '../../clients/command.ts'
import { GiveUp, messageOf } from '../../errors.ts'
import type { AdapterDriver } from './driver.ts'
import { flushNscd, runIfThere } from './nscd.ts'
import { replaceFile } from './replace-file.ts'
import {
  ourLines,
  parseLines,
  serverLines,
  withServerLines,
  writerOf,
} from './resolv-conf-lines.ts'

/**
 * The file that the C library reads, where no program is in charge of it. It can't tell zones apart, and a server has
 * no port there (resolv.conf(5)). Ours is the only one in it: musl asks all at once and takes the first answer.
 */
export function createResolvConf({
  path: link,
  run,
}: {
  readonly path: string
  readonly run: RunCommand
}): AdapterDriver {
  /** @returns undefined if there is no such file; a character for each byte */
  async function readText(): Promise<string | undefined> {
    try {
      return (await readFile(link)).toString('latin1')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw explained(link, error)
    }
  }

  /** Of a link what it leads to: the link itself stays. */
  const target = () =>
    realpath(link).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return link
      throw explained(link, error)
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
      if (server.port !== 53) {
        throw new GiveUp(`${link} can’t name a port: host.server must listen at port 53`)
      }
      const text = await readText()
      const file = await target()
      const place = text === undefined ? path.dirname(file) : file
      await access(place, constants.W_OK).catch((error: unknown) => {
        throw explained(place, error)
      })
      const now = { servers: text === undefined ? null : serverLines(text).map(toJson) }
      const wanted = { servers: ourLines(text ?? '', server.address).map(toJson) }
      return [{ id: link, label: link, now, wanted }]
    },

    async read() {
      const text = await readText()
      return text === undefined ? undefined : { servers: serverLines(text).map(toJson) }
    },

    async write(_, { servers }) {
      const file = await target()
      const text = withServerLines((await readText()) ?? '', parseLines(servers))
      try {
        if (servers === null && text === '') await rm(file, { force: true })
        else await replaceFile(file, Buffer.from(text, 'latin1'))
        await relabel(file)
      } catch (error) {
        throw explained(file, error)
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

  /** A file that was replaced has the label of its folder, with which SELinux may keep others from reading it. */
  async function relabel(file: string): Promise<void> {
    const isOn = await access('/sys/fs/selinux/enforce').then(
      () => true,
      () => false,
    )
    if (isOn) await runIfThere(run, 'restorecon', [file], AbortSignal.timeout(10_000))
  }
}

const toJson = ({ after, line }: { readonly after: number; readonly line: string }) => ({
  after,
  line,
})

function explained(file: string, cause: unknown): GiveUp {
  const remedies: Readonly<Record<string, string | undefined>> = {
    EACCES: 'run this as root, or with sudo',
    EPERM: `somebody made it immutable: \`chattr -i ${file}\`, if it may be changed`,
    EROFS: 'its file system is read-only',
    ENOENT: `it leads to nothing: create what it leads to`,
  }
  const { code = '' } = cause as NodeJS.ErrnoException
  const remedy = remedies[code]
  const message = `${file}: ${remedy ? `${code}: ${remedy}` : messageOf(cause)}`
  return new GiveUp(message, { cause })
}
