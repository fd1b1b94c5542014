// Written by shaders/generate.mjs. Do not edit.
// dense_update_8x8's sums, number by number in the same order, with operands that a workgroup reads once and shares: lib/tiled.wgsl.
// Dispatch: (tiles of all layers * PARTS * PARTS, 1, runners): `layerTable` counts tiles of 64 x 64 weights, and a workgroup makes a part.

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
  let m = runners[group.z];
  if (!is_mine(members[m])) { return; }
  let deltas = m * shape.scratch4 + it.deltas + firstBlock;
  let source = m * shape.scratch4 + it.source + firstInput;
  var s0 = vec4f(0.0);
  var s1 = vec4f(0.0);
  var s2 = vec4f(0.0);
  var s3 = vec4f(0.0);
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
      s0 += x.x * d;
      s1 += x.y * d;
      s2 += x.z * d;
      s3 += x.w * d;
      biases += d;
    }
    workgroupBarrier();
  }
  let block = firstBlock + local.x;
  let k = firstInput + local.y;
  if (block >= n4) { return; }
  let member = members[m];
  let own = memberLayers[m * shape.layers + l];
  let numbers = scalars[step.slot * step.runners + group.z];
  let at = m * shape.state4 + it.kernel + k * 4u * n4 + block;
  // A loop for the reason in dense_forward_8x8. Rows past the inputs, the kernel's padding, stay 0.
  var sums = array<vec4f, 4>(s0, s1, s2, s3);
  for (var i = 0u; i < 4u && k * 4u + i < it.inputs; i++) { move_weights(sums[i], at + i * n4, own, member, numbers); }
  if (k > 0u) { return; }
  move_biases(biases, m * shape.state4 + it.bias + block, it, member, numbers);
}
