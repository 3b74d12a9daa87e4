import path from 'node:path'
import type { Plugin } from 'esbuild'

/** Takes other modules in the place of some of ours. @param modules paths from the working directory, by path */
export const instead = (modules: Readonly<Record<string, string>>): Plugin => ({
  name: 'instead',
  setup(build) {
    const absolute = Object.entries(modules).map(([ours, other]) => [
      path.resolve(ours),
      path.resolve(other),
    ])
    const others = new Map(absolute as [string, string][])
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path: asked, resolveDir }) => {
      const other = others.get(path.resolve(resolveDir, asked))
      return other === undefined ? undefined : { path: other }
    })
  },
})
