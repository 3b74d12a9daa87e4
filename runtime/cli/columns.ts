import { printable } from '../../functions/names/targets/targets.ts'

/** A cell that is longer is cut: somebody else's value may be a megabyte. */
const maxLength = 500

/** Rows as lines, each column as wide as its widest cell; the last one is not padded. Texts are made printable. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => printable(cell, maxLength)))
  const widths: number[] = []
  for (const row of cells) {
    for (const [index, cell] of row.slice(0, -1).entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length)
    }
  }
  return cells.map((row) =>
    row
      .map((cell, index) => (index < row.length - 1 ? cell.padEnd(widths[index] ?? 0) : cell))
      .join('  ')
      .trimEnd(),
  )
}
