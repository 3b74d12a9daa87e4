import { isBuiltin } from 'node:module'
import { type BuildOptions, build } from 'esbuild'
import { etcd3Protocol } from './etcd3-protocol.ts'
import { instead } from './instead.ts'
import { unusedClient } from './unused-client.ts'

/** The program in one script, with all that it needs besides Node. */
export interface Bundle {
  /** CommonJS, the only kind that Node 24 starts from its own executable. */
  readonly program: string
  /** Modules by their path, each with all that it imports: see `own-files.ts`. */
  readonly modules: Readonly<Record<string, string>>
  /** Whatever was read for it, relative to the repository. */
  readonly sources: readonly string[]
}

/** Asked for, and done without where it is absent: `debug` colours what it prints. */
const optional = new Set(['supports-color'])

const threads = ['runtime/clients/kubeconfig-worker.ts']

const common = {
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true, // a quarter less to parse at each start; names stay, for stack traces and errors
  legalComments: 'none', // the licences are in a file beside the binary
  logLevel: 'silent', // what it has to say is thrown
} as const satisfies BuildOptions

type Differing = Pick<BuildOptions, 'format' | 'alias' | 'banner' | 'plugins'>

/** @throws Error if something is found only beside the sources, which are not there when the binary runs */
export async function bundle(): Promise<Bundle> {
  const program = await script('runtime/main.ts', {
    format: 'cjs',
    // its ES module looks for its own file as it is loaded, which is nowhere in a bundle
    alias: { 'node-cron': './node_modules/node-cron/dist/node-cron.cjs' },
    plugins: [
      etcd3Protocol,
      instead({
        'runtime/own-files.ts': 'deploy/binary/own-files.ts',
        'runtime/cli/local-stack.ts': 'deploy/binary/local-stack.ts',
      }),
    ],
  })
  const modules = await Promise.all(
    threads.map((path) =>
      script(path, {
        format: 'esm',
        // what is CommonJS in it asks for Node's modules only
        banner: {
          js: `const require = process.getBuiltinModule('module').createRequire(process.execPath)`,
        },
        plugins: [unusedClient],
      }),
    ),
  )
  return {
    program: program.text,
    modules: Object.fromEntries(threads.map((path, index) => [path, modules[index]?.text ?? ''])),
    sources: [...new Set([program, ...modules].flatMap(({ sources }) => sources))],
  }
}

async function script(entryPoint: string, options: Differing) {
  const result = await build({ ...common, ...options, entryPoints: [entryPoint] })
  const [output] = Object.values(result.metafile.outputs)
  const missing = output?.imports.filter(({ path }) => !isBuiltin(path) && !optional.has(path))
  const problems = [
    ...result.warnings.map(({ text, location }) => `${location?.file}:${location?.line}: ${text}`),
    ...(missing ?? []).map(({ path }) => `${path} is not in the bundle`),
  ]
  if (problems.length > 0) throw new Error(`${entryPoint}: ${problems.join(', ')}`)
  return { text: result.outputFiles[0]?.text ?? '', sources: Object.keys(result.metafile.inputs) }
}
