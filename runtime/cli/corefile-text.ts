import { regionsOf } from '../../functions/corefile/region.ts'
import type { Patch } from '../effects/coredns/config-maps.ts'

/** For people: each text as it is to be, lines of ours with a plus before them. */
export const patchText = ({ configMap, data }: Patch): string =>
  Object.entries(data)
    .flatMap(([key, text]) => [
      `${configMap}, ${key}${text === null ? ' is removed' : ':'}`,
      ...(text === null ? [] : marked(text)),
    ])
    .join('\n')

function marked(text: string): string[] {
  const regions = regionsOf(text)
  let at = 0
  return text.split(/(?<=\n)/).map((line) => {
    const isOurs = regions.some(({ start, end }) => at >= start && at < end)
    at += line.length
    return `${isOurs ? '+' : ' '} ${line.trimEnd()}`
  })
}
