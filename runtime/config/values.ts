import { z } from 'zod'
import { isHost, parseHost } from '../../functions/names/host.ts'
import type { Wrong } from '../../functions/names/policy/glob.ts'
import { parseTargets } from '../../functions/names/targets/targets.ts'
import { arpaFault } from '../../functions/names/zone.ts'

/** Kinds of values that settings have, each as a file has it or as text of a flag or the environment. */

/** A list, or comma-separated text. */
export const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((each) => each.trim())
            .filter(Boolean)
        : value,
    z.array(item),
  )

/** What a text is read as; what is wrong with one that can't be is the error. */
export const parsedBy = <T extends object>(parse: (text: string) => T | Wrong) =>
  z.string().transform((text, { addIssue }): T => {
    const parsed = parse(text)
    if (!('wrong' in parsed)) return parsed
    addIssue(parsed.wrong)
    return z.NEVER
  })

/** A number, or its text; an empty text is not zero. */
export const number = <T extends z.ZodType>(inner: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() ? Number(value) : value),
    inner,
  )

/** True or false, or its text. */
export const yesOrNo = z.preprocess(
  (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
  z.boolean('write true or false'),
)

export const zone = z.string().superRefine((text, { addIssue }) => {
  const host = parseHost(text)
  if (!isHost(host)) addIssue(`it is no zone: ${host.message}`)
  else if (host !== text) addIssue(`it must be lower case without trailing dot: write ${host}`)
  const fault = arpaFault(text)
  if (fault) addIssue(`it is no zone of addresses: ${fault.wrong}`)
})

export const targets = list(z.string()).superRefine((texts, { addIssue }) => {
  const parsed = parseTargets(texts)
  if ('reason' in parsed) addIssue(parsed.message)
})

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'write it as http://host:2379 or https://host:2379',
})

export const endpoints = list(httpUrl)
  .refine((urls) => urls.length > 0, 'name at least one')
  .refine(
    (urls) => new Set(urls.map((url) => new URL(url).protocol)).size <= 1,
    'all http or all https',
  )

export const file = z.string().min(1).optional()

export const dnsServer = z
  .string()
  .regex(
    /^(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\])(:\d+)?$/i,
    'write it as 10.96.0.10:53 or [fd00::a]:53',
  )

export const objectName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,251}[a-z0-9])?$/, 'letters, digits and inner hyphens')

/** `namespace/name` of an object. */
export const objectPlace = parsedBy(parsePlace).optional()

function parsePlace(text: string): { namespace: string; name: string } | Wrong {
  const [, namespace, name] = /^([a-z0-9-]+)\/([a-z0-9.-]+)$/.exec(text) ?? []
  return namespace !== undefined && name !== undefined
    ? { namespace, name }
    : { wrong: 'write it as namespace/name' }
}
