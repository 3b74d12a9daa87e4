import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { RunCommand } from '../../clients/command.ts'
import type { SystemBus } from '../../clients/system-bus.ts'
import { GiveUp, messageOf, RetryLater } from '../../errors.ts'
import { createFile } from '../files/create-file.ts'
import { textIfThere } from '../files/text-if-there.ts'
import type { Fields, Json } from './driver.ts'
import { resolvedManager } from './resolved-link.ts'

/**
 * A file of ours that gives domains to a server (systemd.dns-delegate(5), since systemd 258), whichever way leads to
 * it. It lies in `/run`: a reboot takes it.
 */
export interface ResolvedDelegate {
  readonly path: string
  isKnown(signal: AbortSignal): Promise<boolean>
  /** @returns undefined if there is no such file */
  read(): Promise<Fields | undefined>
  /** @throws GiveUp if it can't be written */
  write(fields: Fields, signal: AbortSignal): Promise<void>
}

export const delegateFolder = '/run/systemd/dns-delegate.d'

export function createResolvedDelegate(
  folder: string,
  { bus, run }: { readonly bus: SystemBus; readonly run: RunCommand },
): ResolvedDelegate {
  const file = path.join(folder, 'k2s-dns.dns-delegate')

  async function store(fields: Fields): Promise<void> {
    try {
      if (fields['exists'] === null) return await rm(file, { force: true })
      await mkdir(folder, { recursive: true })
      const unfinished = `${file}.new` // an ending that resolved passes over
      await createFile(file, print({ ...(await read()), ...fields }), 0o644, unfinished)
    } catch (cause) {
      throw new GiveUp(`${file}: ${messageOf(cause)}: run it as root`, { cause })
    }
  }

  /** systemd-resolved.service(8): on SIGHUP it reads its files again, since 256. */
  async function reload(signal: AbortSignal): Promise<void> {
    if (!(await bus.hasOwner(resolvedManager.service, signal))) return // it reads them when it starts
    const pid = String(await bus.processOf(resolvedManager.service, signal))
    const { code, stderr } = await run('kill', ['-HUP', pid], { signal })
    if (code !== 0) throw new RetryLater(`kill -HUP ${pid}, systemd-resolved: ${stderr.trim()}`)
  }

  async function read(): Promise<Fields | undefined> {
    const text = await textIfThere(file)
    return text === undefined ? undefined : parse(text)
  }

  return {
    path: file,
    async isKnown(signal) {
      try {
        await bus.call(resolvedManager, 'ListDelegates', [], signal)
        return true
      } catch (error) {
        signal.throwIfAborted()
        if (/unknown method/i.test(messageOf(error))) return false
        throw error
      }
    },
    read,
    async write(fields, signal) {
      await store(fields)
      await reload(signal)
    },
  }
}

const keys = { dns: 'DNS', domains: 'Domains' } as const

function parse(text: string): Fields {
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1]
  const list = (key: string): Json => value(key)?.split(/\s+/).filter(Boolean) ?? null
  return {
    exists: true,
    dns: list(keys.dns),
    domains: list(keys.domains),
    defaultRoute: value('DefaultRoute') === 'yes',
  }
}

function print({ dns, domains, defaultRoute }: Fields): string {
  const line = (key: string, value: Json | undefined) =>
    Array.isArray(value) && value.length > 0 ? [`${key}=${value.join(' ')}`] : []
  return [
    '# Written by k2s-dns, which removes it when the cluster stops.',
    '[Delegate]',
    ...line(keys.dns, dns),
    ...line(keys.domains, domains),
    `DefaultRoute=${defaultRoute === true ? 'yes' : 'no'}`,
    '',
  ].join('\n')
}
