import { createHash } from 'node:crypto'
import { z } from 'zod'
import { GiveUp } from '../../errors.ts'
import type { Json } from './driver.ts'
import type { Entry } from './entry.ts'
import type { JournalFile } from './journal-file.ts'

/** What is known of a host that was told. */
export interface Noted {
  /** When it was wished for that the host asks the cluster's server; null once it is not wished for any more. */
  readonly wantedSince: string | null
  readonly entries: readonly Entry[]
}

export interface Journal {
  readonly path: string
  /** @throws GiveUp if it can't be read: what was found on this host is not known then */
  read(): Promise<Noted>
  /** Replaces all of it. @throws GiveUp if it can't be written, before anything of it is changed */
  write(noted: Noted): Promise<void>
}

const nothing: Noted = { wantedSince: null, entries: [] }

/**
 * Two slots in one file, each with a number and a check sum, written in turn and in place: whatever the power leaves
 * of a write, the slot before it is whole, and an overwritten file needs no space that may be missing. A slot is
 * one line of head and one of JSON, so that people can read it.
 */
export function createJournal(file: JournalFile, { slotBytes = 128 * 1024 } = {}): Journal {
  function slotOf(slot: Slot): Buffer {
    const bytes = printSlot(slot)
    if (bytes.length <= slotBytes) return bytes
    throw new GiveUp(
      `journal ${file.path}: ${slot.noted.entries.length} places take ${bytes.length} bytes, and ${slotBytes} are the most`,
    )
  }

  async function slots(): Promise<(Slot | undefined)[] | undefined> {
    const bytes = await file.read()
    if (!bytes) return undefined
    const read = [0, 1].map((at) => parseSlot(bytes.subarray(at * slotBytes, (at + 1) * slotBytes)))
    if (read.some(Boolean)) return read
    throw new GiveUp(
      `journal ${file.path}: both of its copies are damaged. What was found on this host can't be told from it: ` +
        'see to the host’s DNS servers by hand, then remove that file',
    )
  }

  return {
    path: file.path,
    async read() {
      return newest((await slots()) ?? [])?.noted ?? nothing
    },
    async write(noted) {
      const read = await slots()
      if (!read) {
        const bytes = Buffer.alloc(2 * slotBytes, '\n')
        slotOf({ number: 1, noted }).copy(bytes)
        await file.create(bytes)
        return
      }
      const last = newest(read)
      const slot = slotOf({ number: (last?.number ?? 0) + 1, noted })
      await file.write(slot, read[0] === last ? slotBytes : 0)
    },
  }
}

interface Slot {
  readonly number: number
  readonly noted: Noted
}

const newest = (slots: readonly (Slot | undefined)[]): Slot | undefined =>
  slots.reduce((a, b) => (a && b ? (a.number > b.number ? a : b) : (a ?? b)), undefined)

const json: z.ZodType<Json> = z.json()
const fields = z.record(z.string(), json)
const schema: z.ZodType<Noted> = z.object({
  wantedSince: z.string().nullable(),
  entries: z.array(
    z.object({
      driver: z.string(),
      id: z.string(),
      label: z.string(),
      server: z.object({ address: z.string(), port: z.number() }),
      found: fields,
      ours: fields,
      since: z.string(),
    }),
  ),
})

function printSlot({ number, noted }: Slot): Buffer {
  const text = JSON.stringify(noted)
  return Buffer.from(`k2s-dns journal ${number} ${sumOf(number, text)}\n${text}\n`)
}

/** @returns undefined if it was never written, or not to its end */
function parseSlot(bytes: Buffer): Slot | undefined {
  const [, number = '', sum, text = ''] =
    /^k2s-dns journal (\d{1,15}) ([0-9a-f]{64})\n(.*)\n/.exec(bytes.toString()) ?? []
  if (sum === undefined || sum !== sumOf(Number(number), text)) return undefined
  const parsed = schema.safeParse(JSON.parse(text)) // whole: its sum is right
  return parsed.success ? { number: Number(number), noted: parsed.data } : undefined
}

const sumOf = (number: number, text: string): string =>
  createHash('sha256').update(`${number}\n${text}`).digest('hex')
