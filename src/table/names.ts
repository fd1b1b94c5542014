/** What columns are called that a file gives no name, or one twice. */

import { excerpt, listed } from '../core/excerpt.ts'
import type { Problem } from './table.ts'

export interface Names {
  readonly names: readonly string[]
  /** Whether the file gave the column no name, though it names others. */
  readonly unnamed: readonly boolean[]
}

/** Names without gaps and doubles; columns without one are called column0, column1, … by place. */
export function nameColumns(raw: readonly string[], width: number, header: boolean, problems: Problem[]): Names {
  const given = Array.from({ length: width }, (_, i) => raw[i]?.trim() ?? '')
  const unnamed = given.map((name) => header && name === '')
  const taken = new Set(given)
  const seen = new Set<string>()
  const doubles: string[] = []
  const names = given.map((name, i) => {
    const wanted = name || `column${i}`
    if (name !== '' && !seen.has(name)) {
      seen.add(name)
      return name
    }
    let free = wanted
    for (let n = 2; seen.has(free) || (free !== wanted && taken.has(free)) || (name === '' && taken.has(free)); n++) free = `${wanted}_${n}`
    if (name !== '') doubles.push(`"${excerpt(name)}" (the later one is called "${excerpt(free)}")`)
    seen.add(free)
    return free
  })
  if (doubles.length > 0)
    problems.push({ message: `${doubles.length === 1 ? 'a name stands' : 'names stand'} over two columns: ${listed(doubles)}` })
  // The first without a name is likely the rows' numbers, of which the column itself tells.
  const gaps = names.filter((_, i) => unnamed[i] && i > 0)
  if (gaps.length > 0)
    problems.push({
      message: `${gaps.length} ${gaps.length === 1 ? 'column has' : 'columns have'} no name, and ${gaps.length === 1 ? 'is' : 'are'} called ${listed(gaps)} by place`,
    })
  return { names, unnamed }
}
