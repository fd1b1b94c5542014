// The table of ONNX operators on computed values.

import type { NodeView } from '../node.ts'
import type { Value } from '../values.ts'
import { ACTIVATIONS } from './activations.ts'
import { ARITHMETIC } from './arithmetic.ts'
import { CHOICES } from './choices.ts'
import { COLUMNS } from './columns.ts'
import { LAYERS } from './layers.ts'
import { SCIKIT } from './scikit.ts'
import { SHAPES } from './shapes.ts'

/** Operators of what is computed, by their names; a domain other than ONNX's own stands before the name. */
export const ROWS: ReadonlyMap<string, (node: NodeView) => Value | Value[]> = new Map([
  ...LAYERS,
  ...ACTIVATIONS,
  ...ARITHMETIC,
  ...CHOICES,
  ...SHAPES,
  ...COLUMNS,
  ...SCIKIT,
])
