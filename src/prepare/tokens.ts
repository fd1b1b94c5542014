/** Columns of categories that are to be an embedding: where they stand among the others, and which rows of a table are theirs. */

import type { Tokens } from '../core/tokens.ts'
import { tokensOfColumn } from './categories.ts'
import type { CategoryEncoding, CategoryPreparation, ColumnPreparation, Preparation } from './preparation.ts'

type Embedded = CategoryPreparation & { readonly encoding: Extract<CategoryEncoding, { kind: 'embedding' }> }

const isEmbedded = (column: ColumnPreparation): column is Embedded => column.kind === 'category' && column.encoding.kind === 'embedding'

const tokensOfOne = ({ categories, encoding }: Embedded): number => tokensOfColumn(categories.length, encoding.missing)

/** Columns one after the other that share a table. */
function grouped(columns: readonly Embedded[]): Embedded[][] {
  const groups: Embedded[][] = []
  for (const column of columns) {
    const last = groups.at(-1)
    if (last?.[0]?.encoding.outputDim === column.encoding.outputDim) last.push(column)
    else groups.push([column])
  }
  return groups
}

/** Embedded columns behind the others, those of one outputDim together, each with its own rows of the table they share. */
export function tokensLast(columns: readonly ColumnPreparation[]): ColumnPreparation[] {
  const embedded = columns.filter(isEmbedded).sort((a, b) => a.encoding.outputDim - b.encoding.outputDim)
  const placed = grouped(embedded).flatMap((group) => {
    let first = 0
    return group.map((column) => {
      const own = { ...column, encoding: { ...column.encoding, first } }
      first += tokensOfOne(column)
      return own
    })
  })
  return [...columns.filter((column) => !isEmbedded(column)), ...placed]
}

/** Of the last features of a row, which tokens they are; empty where no column is embedded. */
export const tokensOf = ({ columns }: Pick<Preparation, 'columns'>): Tokens[] =>
  grouped(columns.filter(isEmbedded)).map((group) => ({
    features: group.length,
    inputDim: group.reduce((sum, column) => sum + tokensOfOne(column), 0),
    outputDim: group[0]?.encoding.outputDim ?? 0,
  }))
