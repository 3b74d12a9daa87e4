import { readTarget, type TargetType } from '../targets/target.ts'
import type { ClaimStory, ServerAnswers, Story, Verdict } from './story.ts'

type Told = Omit<Story, 'verdict'>

/**
 * @param targets to which the claims that hold the name point it
 * @param missing keys of records that ought to be there
 */
export function verdictOf(
  told: Told,
  targets: readonly string[],
  missing: readonly string[],
): Verdict {
  const holder = told.claims.find(({ standing }) => standing === 'holds')
  return holder ? ofHeld(told, holder, targets, missing) : ofFree(told)
}

function ofHeld(
  { name, servers, cluster, rivals }: Told,
  { owner, since }: ClaimStory,
  targets: readonly string[],
  missing: readonly string[],
): Verdict {
  const held = `held by ${owner}${since === undefined ? '' : `, who claims it since ${since}`}`
  const [rival] = rivals
  const beside = rival ? `. ${rival.who} ${rival.effect}: ${rival.remedy}` : ''
  if (missing.length > 0) {
    const what = `records are missing from etcd: run k2s-dns invoke on-reconcile${beside}`
    return { answers: false, text: `${name} is ${held}, but ${what}` }
  }
  for (const { server, answers } of servers) {
    const asked = answers.filter(({ type }) => isOfType(type, targets))
    const values = valuesOf({ server, answers: asked })
    if (values.length === 0) {
      const text =
        `${name} is ${held}, and published as ${targets.join(', ')}, but ${server} answers ` +
        `${codeOf(asked)}: does it serve the zone from our etcd.endpoints and dns.prefix? ` +
        'Its cache keeps a denial for up to 30 s'
      return { answers: false, text }
    }
    if (!sameAnswer(values, targets)) {
      const text =
        `${name} is ${held}, and published as ${targets.join(', ')}, but ${server} answers ` +
        `${values.join(', ')}: what it cached goes with its TTL${beside}`
      return { answers: false, text }
    }
  }
  const what = servers.length > 0 ? 'answers' : 'is published (set dns.servers to ask them too) as'
  const change = 'change' in cluster ? cluster.change : undefined
  const pending = change ? '. The cluster asks for something else: is k2s-dns run at work?' : ''
  return {
    answers: true,
    text: `${name} ${what} ${targets.join(', ')}, ${held}${pending}${beside}`,
  }
}

/** Nobody holds it: whatever answers is not of our doing. */
function ofFree(told: Told): Verdict {
  const values = [...new Set(told.servers.flatMap(valuesOf))].sort()
  const what =
    values.length > 0 ? `answers ${values.join(', ')}, but not by k2s-dns` : 'does not answer'
  return { answers: false, text: `${told.name} ${what}: ${reasonOf(told)}` }
}

function reasonOf({ objection, claims, cluster, keys }: Told): string {
  if (objection) return objection.message
  const [eldest] = claims
  if (eldest) return `${eldest.owner} claims it and has to wait: ${eldest.why}`
  const foreign = keys.find(({ what, where }) => what === 'foreign' && where === 'here')
  if ('unknown' in cluster) {
    if (foreign) return `someone else keeps ${foreign.key}`
    return 'nobody claims it in etcd; whether an object asks for it is not known'
  }
  const [refusal] = cluster.refused
  if (refusal) return `${refusal.owner} asks for it and is refused: ${refusal.message}`
  const [asking] = cluster.change?.after?.owners ?? []
  if (asking) return `${asking} asks for it, and nothing did so yet: is k2s-dns run at work?`
  if (foreign) return `someone else keeps ${foreign.key}`
  return 'no object asks for it'
}

const valuesOf = ({ answers }: ServerAnswers): readonly string[] =>
  answers.flatMap(({ values }) => values)

/** Addresses are of both families, also for an alias; beside others it has what a record's host answers, too. */
const isOfType = (type: TargetType, targets: readonly string[]): boolean =>
  targets.some((target) => {
    const { type: wanted } = readTarget(target)
    return wanted === type || (isAddress(type) && isAddress(wanted))
  })

const isAddress = (type: TargetType) => type === 'A' || type === 'AAAA' || type === 'CNAME'

/** Behind a CNAME lies what its target answers, which we don't know: that there is something is enough. */
const sameAnswer = (values: readonly string[], targets: readonly string[]): boolean =>
  targets.some((target) => readTarget(target).type === 'CNAME') ||
  values.map(withoutWeight).sort().join() === targets.map(withoutWeight).sort().join()

/** CoreDNS answers each weight as its share. */
const withoutWeight = (target: string) => target.replace(/^(SRV \d+) \d+/, '$1')

const codeOf = (answers: ServerAnswers['answers']): string => answers[0]?.code ?? 'nothing'
