// Written by shaders/generate.mjs. Do not edit.
// dense_forward_8x8's sums, number by number in the same order, with operands that a workgroup reads once and shares: lib/tiled.wgsl.
// Dispatch: (units4 / SIDE, rows / 4 SIDE, runners).

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let m = runners[group.z];
  let base = m * shape.scratch4;
  let k4 = layer.inputs4;
  let n4 = layer.units4;
  let firstRow = group.y * 4u * SIDE;
  let firstBlock = group.x * SIDE;
  let source = base + layer.source;
  let kernel = m * shape.state4 + layer.kernel;
  let row = firstRow + local.y * 4u;
  let block = firstBlock + local.x;
  let bias = state[m * shape.state4 + layer.bias + min(block, n4 - 1u)];
  var s0 = bias;
  var s1 = bias;
  var s2 = bias;
  var s3 = bias;
  for (var first = 0u; first < k4; first += DEPTH4) {
    let depth = min(DEPTH4, k4 - first);
    for (var i = index; i < 4u * SIDE * DEPTH4; i += SIDE * SIDE) {
      let r = i / DEPTH4; // leftTile is (rows, DEPTH4)
      let k = i % DEPTH4;
      var x = vec4f(0.0);
      if (firstRow + r < step.rows * layer.positions && k < depth) { x = scratch[source + (firstRow + r) * k4 + first + k]; }
      leftTile[i] = x;
      let input = i / SIDE; // rightTile is (DEPTH4 * 4, SIDE)
      let column = i % SIDE;
      var w = vec4f(0.0);
      if (input < 4u * depth && firstBlock + column < n4) { w = state[kernel + (first * 4u + input) * n4 + firstBlock + column]; }
      rightTile[i] = w;
    }
    workgroupBarrier();
    for (var k = 0u; k < depth; k++) {
      let w = k * 4u * SIDE + local.x;
      let w0 = rightTile[w];
      let w1 = rightTile[w + SIDE];
      let w2 = rightTile[w + 2u * SIDE];
      let w3 = rightTile[w + 3u * SIDE];
      let a = local.y * 4u * DEPTH4 + k;
      var x: vec4f;
      x = leftTile[a];
      s0 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
      x = leftTile[a + DEPTH4];
      s1 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
      x = leftTile[a + 2u * DEPTH4];
      s2 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
      x = leftTile[a + 3u * DEPTH4];
      s3 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    }
    workgroupBarrier();
  }
  let own = memberLayers[m * shape.layers + layer.index];
  let out = base + layer.outputs + row * n4 + block;
  // A loop for the reason in dense_forward_8x8.
  var sums = array<vec4f, 4>(s0, s1, s2, s3);
  for (var i = 0u; i < 4u && row + i < step.rows * layer.positions; i++) { finish(sums[i], own, m, row + i, block, out + i * n4); }
}
