// The table of kinds.ts gone on: the kinds that only the full builds have (full.ts), whose numbers are 10 and up.

import { Layer } from './structures'

// @ts-ignore: decorator
@inline export function more_work_in_rows(it: Layer): bool { return true }

/** Panels of outputs, or rows of the batch. */
export function forward_more(l: i32, first: i32, last: i32): void { unreachable() }

/** Panels of the deltas of the layer below, or rows of the batch. */
export function input_gradient_of_more(l: i32, first: i32, last: i32): void { unreachable() }

/** Panels of the layer's parameters. */
export function update_more(l: i32, first: i32, last: i32): void { unreachable() }
