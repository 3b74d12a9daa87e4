import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * The licences of all packages that something was bundled from, as most of them ask to be kept with it.
 * @param sources files that were read, relative to the repository
 * @param node Node's own licence
 */
export async function thirdPartyNotices(sources: readonly string[], node: string): Promise<string> {
  const folders = new Set(sources.flatMap((file) => packageFolder.exec(file)?.[0] ?? []))
  const notices = await Promise.all([...folders].map(noticeOf))
  return [`Node.js\n\n${node}`, ...notices.sort()].join(`\n${'-'.repeat(80)}\n\n`)
}

/** The innermost one: packages may have packages of their own. */
const packageFolder = /^.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/

async function noticeOf(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
    readonly name: string
    readonly version: string
    readonly license?: unknown
  } // npm has installed it by this file
  const files = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name))
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')))
  const { name, version, license } = manifest
  return `${name} ${version}, ${String(license ?? 'see below')}\n\n${texts.join('\n')}`
}
