import type { Plugin } from 'esbuild'

/** Leaves client-node's generated client out, as `kubeconfig-worker.ts` does where it is not bundled. */
export const unusedClient: Plugin = {
  name: 'unused-client',
  setup(build) {
    build.onResolve({ filter: /^\.\/gen\// }, ({ importer }) =>
      /[\\/]@kubernetes[\\/]client-node[\\/]dist[\\/]/.test(importer)
        ? { path: 'nothing', namespace: 'unused-client' }
        : undefined,
    )
    build.onLoad({ filter: /^/, namespace: 'unused-client' }, () => ({
      contents: 'module.exports = {}', // CommonJS: whatever is imported of it is undefined
    }))
  },
}
