/** What every answer of etcd begins with; numbers are decimal. */
export interface Header {
  readonly cluster_id: string
  readonly revision: string
}

/** Tells when etcd has another past than it had: it was set back to a backup, or is another one. */
export interface History {
  /** To be called before a question goes out. @returns what is to be told its answer's header */
  ask(): (header: Header) => void
}

/**
 * All that we ask is linearizable, so no answer has a lower revision than one that had come before the
 * question went out.
 * @param onRewritten called once for each time, with what was seen
 */
export function createHistory(onRewritten: (how: string) => void): History {
  let cluster: string | undefined
  let newest = 0n
  let rewritten = 0

  return {
    ask() {
      const before = { cluster, newest, rewritten }
      return ({ cluster_id: id, revision: text }) => {
        const revision = BigInt(text)
        if (before.rewritten === rewritten && before.cluster !== undefined) {
          const how = difference(before.cluster, id, before.newest, revision)
          if (how !== undefined) {
            rewritten++
            newest = 0n
            onRewritten(how)
          }
        }
        cluster = id
        if (revision > newest) newest = revision
      }
    },
  }
}

function difference(cluster: string, id: string, newest: bigint, revision: bigint) {
  if (id !== cluster) return `it is cluster ${id} and was ${cluster}`
  if (revision < newest) return `it is at revision ${revision} and was at ${newest}`
  return undefined
}
