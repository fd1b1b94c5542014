// The weight gradients of dense layers, and the update right after them, in three ways to tile them.

import { count, FOUR, four, LOOP, lines, QUADS, SIXTEEN, sameSums, sixteen, ZERO } from './parts.mjs'

/** @param {string} right how the second vec4s of deltas and inputs come @param {string} below */
const outerProducts = (right, below) => `  var biasLeft = vec4f(0.0);
  var biasRight = vec4f(0.0);
  for (var row = 0u; row < step.rows * it.positions; row++) {
    let left = scratch[d];
    let right = ${right};
    let x = scratch[a];
    let y = ${below};
${lines(count(8, (i) => ['l', 'r'].map((v, j) => `    ${v}${i} += ${'xy'[i >> 2]}.${'xyzw'[i & 3]} * ${['left', 'right'][j]};`).join('\n')))}
    biasLeft += left;
    biasRight += right;
    d += n4;
    a += k4;
  }`

const ofOptimizer = `  let m = runners[group.z];
  if (!is_mine(members[m])) { return; }`
const updateEnd = `  let member = members[m];
  let own = memberLayers[m * shape.layers + l];
  let numbers = scalars[step.slot * step.runners + group.z];`

export const updates = {
  dense_update_8x8: `// The weight gradients of all layers and, without writing them, the optimizer's step: one dispatch for the whole network, on a software
// adapter one for each optimizer of the population.
// An invocation makes 8 inputs x 8 units of a layer's kernel, and of the first inputs also the biases. Gradients sum over ascending rows.
// Dispatch: (tiles of all layers, 1, runners); \`layerTable\` says at which tile a layer starts.

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let number = group.y * groups.x + group.x;
  let l = layer_of(number);
  let it = layerTable[l];
  let tile = number - it.tiles;
  let across = (it.units4 + 15u) / 16u;
  let block = (tile % across) * 16u + local.x * 2u;
  let k = (tile / across) * 16u + local.y * 2u;
  if (block >= it.units4 || k >= it.inputs4) { return; }
${ofOptimizer}
  let n4 = it.units4;
  let k4 = it.inputs4;
  var d = m * shape.scratch4 + it.deltas + block;
  var a = m * shape.scratch4 + it.source + k;
${sixteen(ZERO, ZERO)}
${outerProducts('scratch[d + 1u]', 'scratch[a + 1u]')}
${updateEnd}
  let at = m * shape.state4 + it.kernel + k * 4u * n4 + block;
  let bias = m * shape.state4 + it.bias + block;
${LOOP}
  var sums = ${SIXTEEN};
  for (var i = 0u; i < 16u; i++) {
    // Rows past the inputs, the kernel's padding, stay 0.
    if (k * 4u + i / 2u < it.inputs && block + i % 2u < n4) {
      move_weights(sums[i], at + (i / 2u) * n4 + i % 2u, own, member, numbers);
    }
  }
  if (k > 0u) { return; }
  move_biases(biasLeft, bias, it, member, numbers);
  if (block + 1u < n4) { move_biases(biasRight, bias + 1u, it, member, numbers); }
}`,
  dense_update_quads: `${sameSums('dense_update_8x8', QUADS)}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) index: u32) {
  let number = group.y * groups.x + group.x;
  let l = layer_of(number);
  let it = layerTable[l];
  let tile = number - it.tiles;
  let n4 = it.units4;
  let k4 = it.inputs4;
  let across = (n4 + 15u) / 16u;
  let blocks = blocks_of(index, tile % across * 16u, tile / across * 16u);
  if (blocks.quadAcross >= n4 || blocks.quadDown >= k4) { return; }
${ofOptimizer}
  // Past the end the last is read, and not written.
  var d = m * shape.scratch4 + it.deltas + min(blocks.across, n4 - 1u);
  var a = m * shape.scratch4 + it.source + min(blocks.down, k4 - 1u);
${sixteen(ZERO, ZERO)}
${outerProducts('quadSwapY(left)', 'quadSwapX(x)')}
${updateEnd}
  let at = m * shape.state4 + it.kernel;
  // A loop for the reason in dense_forward_8x8. Rows past the inputs, the kernel's padding, stay 0.
  var sums = ${SIXTEEN};
  for (var i = 0u; i < 16u; i++) {
    let k = down_of(blocks, i);
    let block = across_of(blocks, i);
    if (k < it.inputs && block < n4) { move_weights(sums[i], at + k * n4 + block, own, member, numbers); }
  }
  if (min(blocks.down, blocks.otherDown) > 0u) { return; }
  let bias = m * shape.state4 + it.bias;
  if (blocks.across < n4) { move_biases(biasLeft, bias + blocks.across, it, member, numbers); }
  if (blocks.otherAcross < n4) { move_biases(biasRight, bias + blocks.otherAcross, it, member, numbers); }
}`,
  dense_update_tiled: `${sameSums('dense_update_8x8', 'operands that a workgroup reads once and shares: lib/tiled.wgsl.')}
// Dispatch: (tiles of all layers * PARTS * PARTS, 1, runners): \`layerTable\` counts tiles of 64 x 64 weights, and a workgroup makes a part.

@compute @workgroup_size(SIDE, SIDE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let part = group.y * groups.x + group.x;
  let number = part / (PARTS * PARTS);
  let l = layer_of(number);
  let it = layerTable[l];
  let n4 = it.units4;
  let k4 = it.inputs4;
  let tile = number - it.tiles;
  let across = (n4 + 15u) / 16u;
  let firstBlock = (tile % across) * 16u + (part % PARTS) * SIDE;
  let firstInput = (tile / across) * 16u + (part / PARTS % PARTS) * SIDE;
  if (firstBlock >= n4 || firstInput >= k4) { return; }
${ofOptimizer}
  let deltas = m * shape.scratch4 + it.deltas + firstBlock;
  let source = m * shape.scratch4 + it.source + firstInput;
${four(ZERO)}
  var biases = vec4f(0.0);
  for (var first = 0u; first < step.rows * it.positions; first += 4u * DEPTH4) {
    let depth = min(4u * DEPTH4, step.rows * it.positions - first);
    for (var i = index; i < 4u * SIDE * DEPTH4; i += SIDE * SIDE) {
      let r = i / SIDE; // both tiles are (4 DEPTH4 rows, SIDE)
      let column = i % SIDE;
      var x = vec4f(0.0);
      var d = vec4f(0.0);
      if (r < depth && firstInput + column < k4) { x = scratch[source + (first + r) * k4 + column]; }
      if (r < depth && firstBlock + column < n4) { d = scratch[deltas + (first + r) * n4 + column]; }
      leftTile[i] = x;
      rightTile[i] = d;
    }
    workgroupBarrier();
    for (var r = 0u; r < depth; r++) {
      let x = leftTile[r * SIDE + local.y];
      let d = rightTile[r * SIDE + local.x];
${lines(count(4, (i) => `      s${i} += x.${'xyzw'[i]} * d;`))}
      biases += d;
    }
    workgroupBarrier();
  }
  let block = firstBlock + local.x;
  let k = firstInput + local.y;
  if (block >= n4) { return; }
${updateEnd}
  let at = m * shape.state4 + it.kernel + k * 4u * n4 + block;
  // A loop for the reason in dense_forward_8x8. Rows past the inputs, the kernel's padding, stay 0.
  var sums = ${FOUR};
  for (var i = 0u; i < 4u && k * 4u + i < it.inputs; i++) { move_weights(sums[i], at + i * n4, own, member, numbers); }
  if (k > 0u) { return; }
  move_biases(biases, m * shape.state4 + it.bias + block, it, member, numbers);
}`,
}
