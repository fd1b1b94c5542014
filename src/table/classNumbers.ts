// When the numbers of a target are names of classes: one rule for all who ask.

/** What people call a column of classes. */
const CLASS_NAMES = /^(.*[ _.-])?(class|classes|label|species|diagnosis|type|category|kind|group|cluster|variety|cultivar)$/i
/** Whole numbers of at most so many values are classes, whatever their column is called. */
const FEW = 3
/** So many at most where the column is called as classes are. */
const NAMED = 30

/**
 * Whether a target's numbers are taken for classes unless somebody says otherwise: any two values; three whole numbers; and up to 30 whole numbers in a
 * column whose name says so (`class`, `label`, `type`, `species` …). Marks from 1 to 10, years and counts of another name are numbers.
 */
export function areClasses(name: string, values: Float64Array): boolean {
  const most = CLASS_NAMES.test(name) ? NAMED : FEW
  const seen = new Set<number>()
  let isWhole = true
  for (const value of values) {
    if (Number.isNaN(value)) continue
    seen.add(value)
    isWhole &&= Number.isInteger(value)
    // A column of a million numbers has as many values: no need to look at them all.
    if (seen.size > (isWhole ? most : 2)) return false
  }
  return seen.size === 2 || (seen.size > 2 && isWhole)
}
