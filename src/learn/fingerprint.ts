/** A table's fingerprint: the same rows have the same. */

import { missing } from '../core/at.ts'
import type { Steps } from '../core/steps.ts'
import type { Column } from '../table/table.ts'
import type { Problem } from './problem.ts'

/** 16 hexadecimal digits: FNV-1a of names and cells, twice with different starts. */
export function* fingerprintSteps({ table, target }: Problem): Steps<string> {
  let text = ''
  for (const start of [0x811c9dc5, 0x9747b28c]) {
    let hash = hashText(start, `${target}/${table.rows}`)
    for (const column of table.columns) {
      hash = hashColumn(hash, column)
      yield
    }
    text += (hash >>> 0).toString(16).padStart(8, '0')
  }
  return text
}

const PRIME = 0x01000193

function hashText(start: number, text: string): number {
  let hash = start
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME)
  return hash
}

function hashColumn(start: number, column: Column): number {
  let hash = hashText(start, column.name)
  if ('texts' in column) {
    for (const text of column.texts) hash = hashText(hash, text ?? '\u0000')
    return hash
  }
  if ('codes' in column) {
    hash = hashText(hash, column.categories.join('\u0000'))
    for (const code of column.codes) hash = Math.imul(hash ^ code, PRIME)
    return hash
  }
  const words = new Uint32Array(column.values.buffer, column.values.byteOffset, column.values.length * 2)
  // By number: an iterator costs ten times as much.
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ (words[i] ?? missing(words, i)), PRIME)
  return hash
}
