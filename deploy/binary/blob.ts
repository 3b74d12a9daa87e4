import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { nodeFlags } from '../node-flags.ts'
import type { Bundle } from './bundle.ts'

const run = promisify(execFile)

/**
 * Makes what Node looks for in its own executable: the script and its assets.
 * @param folder where it is made; nothing else may be there
 * @returns the blob's path; it is the same for each system, as there is no machine code in it
 * @see Node's documentation, "Single executable applications"
 */
export async function makeBlob(
  { program, modules }: Bundle,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  const at = (name: string) => path.join(folder, name)
  await writeFile(at('program.cjs'), program)
  const assets = await Promise.all(
    Object.entries(modules).map(async ([name, text]) => {
      await mkdir(path.dirname(at(name)), { recursive: true })
      await writeFile(at(name), text)
      return [name, at(name)] as const
    }),
  )
  const blob = at('blob')
  const settings = {
    main: at('program.cjs'),
    output: blob,
    assets: Object.fromEntries(assets),
    execArgv: nodeFlags,
    execArgvExtension: 'none', // a NODE_OPTIONS meant for another program is not for this one
    disableExperimentalSEAWarning: true,
    useCodeCache: false, // a twentieth of a second at the start, but only where it was made
  }
  await writeFile(at('settings.json'), JSON.stringify(settings))
  await run(process.execPath, ['--experimental-sea-config', at('settings.json')], { signal })
  return blob
}
