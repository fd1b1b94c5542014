/** Preparing a table: what of this room others use. */

export {
  type PreparedDataset,
  type PreparedFeatures,
  type PrepareRows,
  prepare,
  prepareFeatures,
  type Unseen,
  unseenText,
} from './apply.ts'
export { fitPreparation } from './fit.ts'
export { type TypedTableOptions, typedTable } from './fromText.ts'
export { type ColumnOptions, type PrepareOptions, prepareShape } from './options.ts'
export { plainPreparation, preparationOf } from './plain.ts'
export { type ColumnPreparation, type Preparation, preparationFromJSON } from './preparation.ts'
export { type UsableRows, usableRows } from './rows.ts'
export { describePreparation } from './say.ts'
export { type PreparedTable, prepareFolds, prepareTable } from './split.ts'
export type { SplitByOptions } from './splitBy.ts'
export { targetColumns, unprepareTargets } from './target.ts'
