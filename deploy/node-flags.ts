/**
 * How Node is to use memory: a larger young generation, so that a list of many objects dies in it, and an old
 * one that may only double between collections. The first sync of 10,000 ingresses peaks at two thirds of
 * what it takes without, in the same time. The command's own first line has them too.
 */
export const nodeFlags = [
  '--min-semi-space-size=16',
  '--max-semi-space-size=16',
  '--heap-growing-percent=100',
]
