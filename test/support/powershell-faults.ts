import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Language, Parser } from 'web-tree-sitter'

await Parser.init()
const grammar = fileURLToPath(
  import.meta.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm'),
)
const parser = new Parser().setLanguage(await Language.load(readFileSync(grammar)))

/** Where a script is no PowerShell, by tree-sitter's grammar of it: `3: if ($a {`. PowerShell itself is not to be had here. */
export function powershellFaults(script: string): readonly string[] {
  const tree = parser.parse(script)
  if (tree === null) throw new Error('the parser gave up')
  const faults: string[] = []
  for (const node of tree.rootNode.descendantsOfType(['ERROR'])) {
    if (node !== null) faults.push(faultAt(node.startPosition.row))
  }
  if (faults.length === 0 && tree.rootNode.hasError)
    faults.push(faultAt(tree.rootNode.endPosition.row))
  tree.delete()
  return faults

  function faultAt(row: number): string {
    return `${row + 1}: ${script.split('\n')[row]?.trim()}`
  }
}
