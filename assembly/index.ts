// The export list is the ABI: src/backend/wasm/exports.ts types it. A session is laid out by begin … add_rows, then trained.

// The tiles are exported so that Binaryen does not inline them into their callers, where V8 11 allocates registers worse
// (36 in place of 54 GFLOP/s); drop this when the oldest supported V8 no longer does.
export * from './generated/tiles'
export * from './generated/small'
export { add_member, add_predictions, add_rows, begin, lay_out, set_groups, set_layer, set_loss } from './memory'
export { set_mask } from './mask'
export { set_source, set_sources } from './reads'
export { set_recurrence } from './recurrence'
export { set_window } from './windows'
export * from './initial'
export { permutation } from './random'
export { end_step, evaluate, penalties, predict, start_epoch, train } from './step'
export { read_parameters, read_states, write_parameters, write_states } from './transfer'
export * from './settings'
