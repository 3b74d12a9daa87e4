import { GiveUp, messageOf, RetryLater } from '../../errors.ts'

/** What the operating system refused, with what helps. @returns RetryLater where time may help, else GiveUp */
export function hostsFault(path: string, cause: unknown, platform: NodeJS.Platform): Error {
  if (cause instanceof GiveUp || cause instanceof RetryLater) return cause
  const { code = '' } = cause as NodeJS.ErrnoException
  const remedy = (platform === 'win32' && onWindows(path)[code]) || elsewhere(path)[code]
  const message = `hosts file ${path}: ${remedy ? `${code}: ${remedy}` : messageOf(cause)}`
  return final.has(code) ? new GiveUp(message, { cause }) : new RetryLater(message, { cause })
}

const final = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ELOOP', 'ENOTDIR'])

type Remedies = Readonly<Record<string, string | undefined>>

const elsewhere = (path: string): Remedies => ({
  EACCES: 'it may be written by root only: run this as root',
  EPERM: `run this as root; if it is immutable, \`chattr -i ${path}\` makes it mutable (macOS: \`chflags nouchg,noschg ${path}\`)`,
  EROFS:
    'its file system is read-only: add the names where the file is made (NixOS: networking.hosts)',
  ENOENT: 'there is no such file: create it empty, or name the right one in host.hostsFile.paths',
  ENOSPC: 'no space is left on its file system',
})

/** One code stands for several causes there. */
const onWindows = (path: string): Remedies => {
  const refused = `run this as Administrator; else it is read-only (\`attrib -r ${path}\`), or Defender guards it`
  return {
    EACCES: refused,
    EPERM: refused,
    EBUSY: 'another program has it open and shares it with nobody: close that',
  }
}
