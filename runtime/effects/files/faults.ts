import { GiveUp, messageOf, RetryLater } from '../../errors.ts'

/** What a file is to people, and what helps where that depends on it. */
export interface FileKind {
  /** `hosts file`, as in `hosts file /etc/hosts` */
  readonly name: string
  /** Where there is none. */
  readonly ENOENT: string
  /** Where its file system is read-only. */
  readonly EROFS: string
}

/** What the operating system refused, with what helps. @returns RetryLater where time may help, else GiveUp */
export function fileFault(
  path: string,
  cause: unknown,
  { kind, platform }: { readonly kind: FileKind; readonly platform: NodeJS.Platform },
): Error {
  if (cause instanceof GiveUp || cause instanceof RetryLater) return cause
  const { code = '' } = cause as NodeJS.ErrnoException
  const remedy = (platform === 'win32' && onWindows(path)[code]) || elsewhere(path, kind)[code]
  const message = `${kind.name} ${path}: ${remedy ? `${code}: ${remedy}` : messageOf(cause)}`
  return final.has(code) ? new GiveUp(message, { cause }) : new RetryLater(message, { cause })
}

const final = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ELOOP', 'ENOTDIR'])

type Remedies = Readonly<Record<string, string | undefined>>

const elsewhere = (path: string, { ENOENT, EROFS }: FileKind): Remedies => ({
  EACCES: 'it may be written by root only: run this as root',
  EPERM: `run this as root; if it is immutable, \`chattr -i ${path}\` makes it mutable (macOS: \`chflags nouchg,noschg ${path}\`)`,
  EROFS: `its file system is read-only: ${EROFS}`,
  ENOENT: `there is no such file: ${ENOENT}`,
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
