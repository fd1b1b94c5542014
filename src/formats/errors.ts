// The error for a file that is whole but holds a model that cannot be represented.

import { EspalierError } from '../core/errors.ts'

/**
 * A file is whole, but what is in it cannot be what is asked for: a layer that is not dense, a branch, a step the other format has no layer
 * for. The message names it and says what to do.
 */
export class UnsupportedModelError extends EspalierError {
  override readonly name = 'UnsupportedModelError'
}

/** Layers that are no dense ones in a row: what is said of such a file is of a network of any kinds. */
export class NotARowError extends UnsupportedModelError {}
