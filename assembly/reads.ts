// Which outputs a layer reads, and where it writes their deltas: the layer before it, but for blocks of layers (residual, concatenate).
// An output that several layers read is a merged one: each of them writes deltas of its own, which `add_deltas` adds up, the last reader's first.

import { FULL } from './full'
import { is_trained } from './kinds'
import { finish_deltas } from './layers/common'
import { allocate, batchSize, inputs, inputStride, layer, layerCount, padded, rowsOf } from './memory'
import { Layer } from './structures'

/** Only of a layer that does not read the one before it. Then `set_source` for each. */
export function set_sources(l: i32, count: i32): void {
  if (!FULL) return
  layer(l).sources = count
  layer(l).reads = allocate(<usize>count * 4)
}

/** `from` -1 is the network's inputs. */
export function set_source(l: i32, k: i32, from: i32): void {
  if (FULL) store<i32>(layer(l).reads + (<usize>k << 2), from)
}

/** The number of what the layer reads k-th. */
// @ts-ignore: decorator
@inline export function source_of(it: Layer, k: i32): i32 { return load<i32>(it.reads + (<usize>k << 2)) }

/** That layer, its deltas where this reader writes them. */
// @ts-ignore: decorator
@inline export function view_of(it: Layer, k: i32): Layer { return changetype<Layer>(load<usize>(it.views + (<usize>k << 2))) }

/** Whether a gradient goes on through what the layer reads k-th. */
// @ts-ignore: decorator
@inline export function passes(it: Layer, k: i32): bool {
  const from = source_of(it, k)
  return from >= 0 && layer(from).reached
}

/** Once everything else is laid out. */
export function connect(trains: bool): void {
  const first = layer(0)
  const ofInputs = changetype<Layer>(allocate(offsetof<Layer>()))
  ofInputs.kind = -1
  ofInputs.units = first.inputs
  ofInputs.width = padded(first.inputs)
  ofInputs.positions = first.inputPositions
  ofInputs.outputs = inputs
  ofInputs.stride = inputStride
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    if (it.sources == 0) {
      set_sources(l, 1)
      set_source(l, 0, l - 1)
    }
    it.reached = is_trained(l)
    it.firstReader = -1
    for (let k = 0; k < it.sources; k++) {
      if (passes(it, k)) it.reached = true
      const from = source_of(it, k)
      if (from < 0) continue
      const source = layer(from)
      source.lastReader = l
      if (source.firstReader < 0) source.firstReader = l
    }
  }
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    it.views = allocate(<usize>it.sources << 2)
    for (let k = 0; k < it.sources; k++) {
      const from = source_of(it, k)
      store<usize>(it.views + (<usize>k << 2), changetype<usize>(from < 0 ? ofInputs : viewFor(layer(from), l, trains)))
    }
    it.below = view_of(it, 0)
  }
}

/** What reader l sees of a layer. */
function viewFor(source: Layer, l: i32, trains: bool): Layer {
  if (source.firstReader == source.lastReader) return source
  const view = changetype<Layer>(allocate(offsetof<Layer>()))
  memory.copy(changetype<usize>(view), changetype<usize>(source), offsetof<Layer>())
  view.merged = true
  // The last reader is the first to write: to where the sum will be.
  if (l != source.lastReader && trains) view.deltas = allocate(<usize>(batchSize * source.positions) * source.stride + 16)
  return view
}

/** Whether layer l reads a merged output through which a gradient goes on. */
export function adds_deltas(l: i32): bool {
  const it = layer(l)
  for (let k = 0; k < it.sources; k++) {
    if (view_of(it, k).merged && passes(it, k)) return true
  }
  return false
}

/** Whether the deltas of what layer l reads k-th are all there once it has written its own. */
// @ts-ignore: decorator
@inline export function completes(it: Layer, k: i32): bool { return passes(it, k) && layer(source_of(it, k)).firstReader == it.index }

/** Adds what layer l wrote for rows first … last - 1 of the batch to the deltas of merged outputs, and finishes those that are complete. */
export function add_deltas(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  for (let k = 0; k < it.sources; k++) {
    const view = view_of(it, k)
    if (!view.merged || !passes(it, k)) continue
    const source = layer(source_of(it, k))
    const firstRow = rowsOf(source, first)
    const lastRow = rowsOf(source, last)
    if (view.deltas != source.deltas) {
      const bytes = <usize>source.width * 4
      for (let b = firstRow; b < lastRow; b++) {
        const to = source.deltas + <usize>b * source.stride
        const from = view.deltas + <usize>b * source.stride
        for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)))
      }
    }
    if (completes(it, k)) finish_deltas(source, 0, source.width >> 3, firstRow, lastRow)
  }
}
