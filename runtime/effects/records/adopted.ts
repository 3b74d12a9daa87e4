import { z } from 'zod'
import type { DnsRecord } from '../../../functions/names/records/record.ts'

/** What was found at a name before it was taken over, so that it can be given back. */
export interface AdoptedDocument {
  /** Whose keys they were. */
  readonly owner: string
  /** False for a name that was removed because nobody asked for it. */
  readonly claimed: boolean
  readonly naming: { readonly prefix: string; readonly suffix: string }
  readonly found: readonly DnsRecord[]
}

const schema = z.object({
  owner: z.string(),
  claimed: z.boolean(),
  naming: z.object({ prefix: z.string(), suffix: z.string() }),
  found: z.array(z.object({ key: z.string(), value: z.string() })),
})

/** @throws SyntaxError or ZodError for what we did not write: it must not be taken for nothing */
export const parseAdopted = (text: string | undefined): AdoptedDocument | undefined =>
  text === undefined ? undefined : schema.parse(JSON.parse(text))

export const formatAdopted = (document: AdoptedDocument): string => JSON.stringify(document)
