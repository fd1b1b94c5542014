// What the windows of convolutions and pooling need of a session's memory: where they lie in images, and how many are worked on at a time.

import { FULL } from './full'
import { LayerKind } from './generated/names'
import { allocate, batchSize, isConv, layer } from './memory'
import { Layer, Window } from './structures'

/** Of kinds with windows, after `set_layer`. */
export function set_window(
  l: i32,
  columns: i32,
  outColumns: i32,
  height: i32,
  width: i32,
  strideY: i32,
  strideX: i32,
  dilationY: i32,
  dilationX: i32,
  top: i32,
  left: i32,
): void {
  if (FULL) {
    const it = layer(l)
    const w = changetype<Window>(allocate(offsetof<Window>()))
    it.window = changetype<usize>(w)
    w.rows = it.inputPositions / columns
    w.columns = columns
    w.outColumns = outColumns
    w.height = height
    w.width = width
    w.strideY = strideY
    w.strideX = strideX
    w.dilationY = dilationY
    w.dilationX = dilationX
    w.top = top
    w.left = left
  }
}

/** Windows that are multiplied at a time: as many as stay in a cache, in whole tiles; of small ones more, and no more than these. */
const BLOCK: i32 = 24
export const MOST_WINDOWS: i32 = 256
const FIRST_CACHE: usize = 1 << 14
const SECOND_CACHE: usize = 1 << 18

/** Windows that the kernel is multiplied with at a time. */
export function block_of(it: Layer): i32 { return min(4, max(1, <i32>(FIRST_CACHE / it.windowStride) / BLOCK)) * BLOCK }

/** Windows whose gradients are added up at a time. */
export function windows_at_a_time(it: Layer): i32 {
  return max(2 * BLOCK, min(MOST_WINDOWS, <i32>(SECOND_CACHE / it.windowStride)))
}

/** Rows of a batch whose gradients a piece adds up: it hangs on the topology alone, for so do the bits of the sum. */
// @ts-ignore: decorator
@inline export function rows_of_group(): i32 { return max(4, (batchSize + 15) / 16) }
// @ts-ignore: decorator
@inline export function groups_of(rows: i32): i32 { return (rows + rows_of_group() - 1) / rows_of_group() }

/** Bytes that a thread needs for windows, and for kernels turned around. */
export let windowBytes: usize = 0
export let turnedBytes: usize = 0

export function forget_windows(): void {
  windowBytes = 0
  turnedBytes = 0
}

/** Makes room for what the windows of a layer need. */
export function measure_windows(it: Layer, l: i32, trains: bool): void {
  if (isConv(it)) {
    windowBytes = max(windowBytes, <usize>(trains ? max(windows_at_a_time(it), block_of(it)) : block_of(it)) * it.windowStride + 16)
    if (trains && l > 0) turnedBytes = max(turnedBytes, <usize>(it.height * it.width) * 4)
  } else if (it.kind == LayerKind.DEPTHWISE_CONV2D) {
    windowBytes = max(windowBytes, <usize>(it.inputPositions * it.width) * 4)
    if (trains) turnedBytes = max(turnedBytes, <usize>(it.inputPositions * it.width) * 4)
  }
}
