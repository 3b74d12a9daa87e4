import { readFile, stat } from 'node:fs/promises'
import { hostsFile } from '../../functions/names/kinds/hosts-file.ts'
import type { Clock } from '../clock.ts'
import { messageOf } from '../errors.ts'
import { objectEvent } from '../events.ts'
import type { Log } from '../log.ts'
import { settled } from './settled.ts'
import type { Source } from './source.ts'

export interface HostsFileOptions {
  /** Of a text in the format of hosts(5). */
  readonly file: string
  /** Told when the names could not be applied; they are handed over again and again. */
  readonly onFailure: (error: unknown) => void
  readonly clock: Clock
  readonly log: Log
  /** Also between two tries to hand over; default 1,000. */
  readonly pollMs?: number
}

/** As much as a ConfigMap may hold. */
const maxBytes = 1024 * 1024

/**
 * Emits the names of a file as if it were an object of the cluster (`hostsfile//static`, whatever the file), at the
 * start and once it says others. It is polled, as in policy-file.ts. While it can't be read its names are kept, and
 * that is told: only a file that is there and empty proves that they are gone.
 */
export function hostsFileSource(options: HostsFileOptions): Source {
  const { file, onFailure, clock, log, pollMs = 1_000 } = options
  let version = 0n

  function eventOf({ text, changedNs }: Readable) {
    version = BigInt(changedNs) > version ? BigInt(changedNs) : version + 1n
    const metadata = { namespace: '', name: 'static', uid: 'file', resourceVersion: `${version}` }
    const about = { era: 0, source: '/k2s-dns/hosts-file', apiVersion: 'k2s-dns.io/v1' }
    return objectEvent('update', hostsFile, { metadata, data: text }, about)
  }

  return {
    name: 'hosts-file',
    async start(emit, signal) {
      let newest: Content | undefined

      /** Until it has taken effect, or the file says something else. */
      async function handOver(content: Readable): Promise<void> {
        const event = eventOf(content)
        while (newest === content && !signal.aborted) {
          try {
            await emit(event, { fresh: true })
            return
          } catch (error) {
            onFailure(error)
            await clock.sleep(pollMs, signal).catch(() => undefined) // aborted: the loop ends
          }
        }
      }

      for await (const content of settled(() => read(file), pollMs, clock, signal)) {
        newest = content
        if ('fault' in content) {
          log.error({ file }, `the names of the hosts file are left as they were: ${content.fault}`)
        } else {
          log.info({ file }, 'the hosts file is read')
          void handOver(content)
        }
      }
    },
  }
}

interface Readable {
  readonly text: string
  /** Nanoseconds since 1970, of the inode: unlike the time of the content nobody can set it back. */
  readonly changedNs: string
}

type Content = Readable | { readonly fault: string }

async function read(file: string): Promise<Content> {
  try {
    const status = await stat(file, { bigint: true })
    if (!status.isFile()) return { fault: `${file} is no file` } // a pipe would be waited for
    if (status.size > maxBytes) return { fault: `${file} has more than ${maxBytes} bytes` }
    const text = textOf(await readFile(file))
    if (text.includes('\0')) return { fault: `${file} is no text` }
    return { text, changedNs: `${status.ctimeNs}` }
  } catch (error) {
    return { fault: messageOf(error) }
  }
}

/** UTF-8, or what PowerShell writes: UTF-16 with its byte order mark. */
const textOf = (bytes: Buffer): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes)
