// The three products of a dense layer in three ways to tile them, a kernel each. WGSL has no macros, and a tile in registers must name each of its
// registers, so they are spelled out here. Every kernel adds up a number in the same order: over ascending inputs, units or rows.

import { count, FOUR, four, LOOP, lines, QUADS, SIXTEEN, sameSums, sixteen, steps, ZERO } from './parts.mjs'
import { updates } from './updates.mjs'

/**
 * What is summed up from `x`, four numbers of a row, and w0 … w3 of the kernel; and where both lie. Outputs sum over inputs, of which a row of the kernel
 * has a vec4 for four units; the deltas of the layer below sum over units.
 * @typedef {object} Product
 * @property {(x: string, w: string) => string} term
 * @property {string} pointer into the rows
 * @property {string} rows where they are
 * @property {string} index
 * @property {string} depth vec4s of a row
 * @property {string} wide vec4s of a row of the results
 * @property {string} width that, as `layer` has it
 * @property {string} deeper from a vec4 of the kernel to what meets the next four numbers
 * @property {(j: number) => string} right from w0 to what v0 … v3 are, of the next block of results
 */

/** @type {Product} */
const OUTPUTS = {
  term: (x, w) => [...'xyzw'].map((letter, j) => `${x}.${letter} * ${w}${j}`).join(' + '),
  pointer: 'a',
  rows: 'source',
  index: 'k',
  depth: 'k4',
  wide: 'n4',
  width: 'units4',
  deeper: '4u * n4',
  right: (j) => `${steps(j, 'n4')} + 1u`,
}

/** @type {Product} */
const DELTAS_BELOW = {
  term: (x, w) => `vec4f(${count(4, (j) => `dot(${x}, ${w}${j})`).join(', ')})`,
  pointer: 'd',
  rows: 'deltas',
  index: 'n',
  depth: 'n4',
  wide: 'k4',
  width: 'inputs4',
  deeper: '1u',
  right: (j) => steps(4 + j, 'n4'),
}

const kernelOf = '    let w0 = state[w];\n    let w1 = state[w + n4];\n    let w2 = state[w + 2u * n4];\n    let w3 = state[w + 3u * n4];'

// ---- Outputs, and the deltas of the layer below.

/** @param {Product} product */
const direct = ({ term, pointer, index, depth, deeper, right }) => `  for (var ${index} = 0u; ${index} < ${depth}; ${index}++) {
${kernelOf}
${lines(count(4, (j) => `    let v${j} = state[w${right(j)}];`))}
    var x: vec4f;
${lines(count(8, (i) => `    x = scratch[${pointer}${steps(i, depth)}];\n    l${i} += ${term('x', 'w')};\n    r${i} += ${term('x', 'v')};`))}
    ${pointer} += 1u;
    w += ${deeper};
  }`

/** @param {Product} product */
const inQuads = ({ term, pointer, index, depth, deeper }) => `  for (var ${index} = 0u; ${index} < ${depth}; ${index}++) {
${kernelOf}
${lines(count(4, (j) => `    let v${j} = quadSwapY(w${j});`))}
    var x: vec4f;
    var y: vec4f;
${lines(
  count(
    4,
    (i) => `    x = scratch[${pointer}${i}];
    y = quadSwapX(x);
    l${i} += ${term('x', 'w')};
    r${i} += ${term('x', 'v')};
    l${i + 4} += ${term('y', 'w')};
    r${i + 4} += ${term('y', 'v')};`,
  ),
)}
${lines(count(4, (i) => `    ${pointer}${i} += 1u;`))}
    w += ${deeper};
  }`

/**
 * @param {Product} product
 * @param {string} copy of a vec4 of both operands to the workgroup's memory
 */
const inTiles = ({ term, pointer, index, depth }, copy) => `  for (var first = 0u; first < ${depth}; first += DEPTH4) {
    let depth = min(DEPTH4, ${depth} - first);
    for (var i = index; i < 4u * SIDE * DEPTH4; i += SIDE * SIDE) {
${copy}
    }
    workgroupBarrier();
    for (var ${index} = 0u; ${index} < depth; ${index}++) {
      let w = ${index} * 4u * SIDE + local.x;
${lines(count(4, (j) => `      let w${j} = rightTile[w${steps(j, 'SIDE')}];`))}
      let ${pointer} = local.y * 4u * DEPTH4 + ${index};
      var x: vec4f;
${lines(count(4, (i) => `      x = leftTile[${pointer}${steps(i, 'DEPTH4')}];\n      s${i} += ${term('x', 'w')};`))}
    }
    workgroupBarrier();
  }`

/** @param {Product} product */
const directHead = ({ pointer, rows, depth, width }) => `@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let block = id.x * 2u;
  let row = id.y * 8u;
  if (block >= layer.${width} || row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let k4 = layer.inputs4;
  let n4 = layer.units4;
  var ${pointer} = base + layer.${rows} + row * ${depth};`

/** @param {Product} product */
const quadsHead = ({ pointer, rows, depth, wide }) => `@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let k4 = layer.inputs4;
  let n4 = layer.units4;
  let blocks = blocks_of(index, group.x * 16u, group.y * 16u);
  if (blocks.quadAcross >= ${wide} || blocks.quadDown * 4u >= step.rows * layer.positions) { return; }
  let m = runners[group.z];
  let base = m * shape.scratch4;
  // Past the end the last is read, and not written.
  let last = step.rows * layer.positions - 1u;
  let row = blocks.down * 4u;
${lines(count(4, (i) => `  var ${pointer}${i} = base + layer.${rows} + min(row${i > 0 ? ` + ${i}u` : ''}, last) * ${depth};`))}`

/** @param {Product} product */
const tilesHead = ({ rows }) => `@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let m = runners[group.z];
  let base = m * shape.scratch4;
  let k4 = layer.inputs4;
  let n4 = layer.units4;
  let firstRow = group.y * 4u * SIDE;
  let firstBlock = group.x * SIDE;
  let ${rows} = base + layer.${rows};
  let kernel = m * shape.state4 + layer.kernel;
  let row = firstRow + local.y * 4u;
  let block = firstBlock + local.x;`

const outputsEnd = (/** @type {string} */ at) => `  let own = memberLayers[m * shape.layers + layer.index];
  let out = base + layer.outputs${at};`
const belowEnd = `  let below = layer_below();
  let own = memberLayers[m * shape.layers + below.index];`

const outputs = {
  dense_forward_8x8: `// outputs (rows, units4) = activation(inputs (rows, inputs) * kernel + bias), with dropout in training.
// An invocation makes 8 rows x 8 units: 16 accumulators, 4 multiply-adds for every number read (4 x 4 units make 2, and half the speed on
// SwiftShader: bench/NOTES.md). Sums run over ascending inputs, whatever P is. Dispatch: (units4 / 16, rows / 64, runners).
// Rows past the batch are computed from what is there and never read: scratch holds whole tiles. So is a second column past units4.

${directHead(OUTPUTS)}
  var w = m * shape.state4 + layer.kernel + block;
  let left = state[m * shape.state4 + layer.bias + block];
  let right = state[m * shape.state4 + layer.bias + block + 1u];
${sixteen('left', 'right')}
${direct(OUTPUTS)}
${outputsEnd(' + row * n4 + block')}
  // A loop: sixteen copies took SwiftShader 7 times as long to compile, and made its code of the products slower by a fifth.
  var sums = ${SIXTEEN};
  for (var i = 0u; i < 16u; i++) {
    finish(sums[i], own, m, row + i / 2u, block + i % 2u, out + (i / 2u) * n4 + i % 2u);
  }
}`,
  dense_forward_quads: `${sameSums('dense_forward_8x8', QUADS)}

${quadsHead(OUTPUTS)}
  let state0 = m * shape.state4;
  var w = state0 + layer.kernel + min(blocks.across, n4 - 1u);
  let left = state[state0 + layer.bias + min(blocks.across, n4 - 1u)];
  let right = state[state0 + layer.bias + min(blocks.otherAcross, n4 - 1u)];
${sixteen('left', 'right')}
${inQuads(OUTPUTS)}
${outputsEnd('')}
${LOOP}
  var sums = ${SIXTEEN};
  for (var i = 0u; i < 16u; i++) {
    let r = down_of(blocks, i);
    let block = across_of(blocks, i);
    if (r < step.rows * layer.positions) { finish(sums[i], own, m, r, block, out + r * n4 + block); }
  }
}`,
  dense_forward_tiled: `${sameSums('dense_forward_8x8', 'operands that a workgroup reads once and shares: lib/tiled.wgsl.')}
// Dispatch: (units4 / SIDE, rows / 4 SIDE, runners).

${tilesHead(OUTPUTS)}
  let bias = state[m * shape.state4 + layer.bias + min(block, n4 - 1u)];
${four('bias')}
${inTiles(
  OUTPUTS,
  `      let r = i / DEPTH4; // leftTile is (rows, DEPTH4)
      let k = i % DEPTH4;
      var x = vec4f(0.0);
      if (firstRow + r < step.rows * layer.positions && k < depth) { x = scratch[source + (firstRow + r) * k4 + first + k]; }
      leftTile[i] = x;
      let input = i / SIDE; // rightTile is (DEPTH4 * 4, SIDE)
      let column = i % SIDE;
      var w = vec4f(0.0);
      if (input < 4u * depth && firstBlock + column < n4) { w = state[kernel + (first * 4u + input) * n4 + firstBlock + column]; }
      rightTile[i] = w;`,
)}
${outputsEnd(' + row * n4 + block')}
${LOOP}
  var sums = ${FOUR};
  for (var i = 0u; i < 4u && row + i < step.rows * layer.positions; i++) { finish(sums[i], own, m, row + i, block, out + i * n4); }
}`,
}

const deltasBelow = {
  dense_input_gradient_8x8: `// deltas below (rows, inputs4) = deltas (rows, units) * transpose of kernel, times the derivative of the layer below at its outputs, and
// its dropout's factors. An invocation makes 8 rows x 8 inputs. Dispatch: (inputs4 / 16, rows / 64, runners).
// The kernel's padding rows and columns are 0, so the deltas' padding is 0. Rows past the batch as in dense_forward_8x8.

${directHead(DELTAS_BELOW)}
  var w = m * shape.state4 + layer.kernel + block * 4u * n4;
${sixteen(ZERO, ZERO)}
${direct(DELTAS_BELOW)}
${belowEnd}
  let outputs = base + layer.source + row * k4 + block;
  let at = base + layer.below + row * k4 + block;
${LOOP}
  var sums = ${SIXTEEN};
  for (var i = 0u; i < 16u; i++) {
    let offset = (i / 2u) * k4 + i % 2u;
    finish(sums[i], below, own, m, row + i / 2u, block + i % 2u, outputs + offset, at + offset);
  }
}`,
  dense_input_gradient_quads: `${sameSums('dense_input_gradient_8x8', QUADS)}

${quadsHead(DELTAS_BELOW)}
  var w = m * shape.state4 + layer.kernel + min(blocks.across, k4 - 1u) * 4u * n4;
${sixteen(ZERO, ZERO)}
${inQuads(DELTAS_BELOW)}
${belowEnd}
${LOOP}
  var sums = ${SIXTEEN};
  for (var i = 0u; i < 16u; i++) {
    let r = down_of(blocks, i);
    let block = across_of(blocks, i);
    let at = base + r * k4 + block;
    if (r < step.rows * layer.positions) { finish(sums[i], below, own, m, r, block, layer.source + at, layer.below + at); }
  }
}`,
  dense_input_gradient_tiled: `${sameSums('dense_input_gradient_8x8', 'operands that a workgroup reads once and shares:')}
// lib/tiled.wgsl. Dispatch: (inputs4 / SIDE, rows / 4 SIDE, runners).

${tilesHead(DELTAS_BELOW)}
${four(ZERO)}
${inTiles(
  DELTAS_BELOW,
  `      let r = i / DEPTH4;
      let n = i % DEPTH4;
      var x = vec4f(0.0);
      if (firstRow + r < step.rows * layer.positions && n < depth) { x = scratch[deltas + (firstRow + r) * n4 + first + n]; }
      leftTile[i] = x; // (rows, DEPTH4)
      var w = vec4f(0.0);
      if (firstBlock + r / 4u < k4 && n < depth) { w = state[kernel + (firstBlock * 4u + r) * n4 + first + n]; }
      rightTile[(n * 4u + r % 4u) * SIDE + r / 4u] = w; // (DEPTH4, 4, SIDE): neighbours read neighbours`,
)}
${belowEnd}
  let at = row * k4 + block;
${LOOP}
  var sums = ${FOUR};
  for (var i = 0u; i < 4u && row + i < step.rows * layer.positions; i++) {
    finish(sums[i], below, own, m, row + i, block, base + layer.source + at + i * k4, base + layer.below + at + i * k4);
  }
}`,
}

/** The text of each kernel by its name. */
export const products = { ...outputs, ...deltasBelow, ...updates }
