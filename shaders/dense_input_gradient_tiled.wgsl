// Written by shaders/generate.mjs. Do not edit.
// dense_input_gradient_8x8's sums, number by number in the same order, with operands that a workgroup reads once and shares:
// lib/tiled.wgsl. Dispatch: (inputs4 / SIDE, rows / 4 SIDE, runners).

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let m = runners[group.z];
  let base = m * shape.scratch4;
  let k4 = layer.inputs4;
  let n4 = layer.units4;
  let firstRow = group.y * 4u * SIDE;
  let firstBlock = group.x * SIDE;
  let deltas = base + layer.deltas;
  let kernel = m * shape.state4 + layer.kernel;
  let row = firstRow + local.y * 4u;
  let block = firstBlock + local.x;
  var s0 = vec4f(0.0);
  var s1 = vec4f(0.0);
  var s2 = vec4f(0.0);
  var s3 = vec4f(0.0);
  for (var first = 0u; first < n4; first += DEPTH4) {
    let depth = min(DEPTH4, n4 - first);
    for (var i = index; i < 4u * SIDE * DEPTH4; i += SIDE * SIDE) {
      let r = i / DEPTH4;
      let n = i % DEPTH4;
      var x = vec4f(0.0);
      if (firstRow + r < step.rows * layer.positions && n < depth) { x = scratch[deltas + (firstRow + r) * n4 + first + n]; }
      leftTile[i] = x; // (rows, DEPTH4)
      var w = vec4f(0.0);
      if (firstBlock + r / 4u < k4 && n < depth) { w = state[kernel + (firstBlock * 4u + r) * n4 + first + n]; }
      rightTile[(n * 4u + r % 4u) * SIDE + r / 4u] = w; // (DEPTH4, 4, SIDE): neighbours read neighbours
    }
    workgroupBarrier();
    for (var n = 0u; n < depth; n++) {
      let w = n * 4u * SIDE + local.x;
      let w0 = rightTile[w];
      let w1 = rightTile[w + SIDE];
      let w2 = rightTile[w + 2u * SIDE];
      let w3 = rightTile[w + 3u * SIDE];
      let d = local.y * 4u * DEPTH4 + n;
      var x: vec4f;
      x = leftTile[d];
      s0 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
      x = leftTile[d + DEPTH4];
      s1 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
      x = leftTile[d + 2u * DEPTH4];
      s2 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
      x = leftTile[d + 3u * DEPTH4];
      s3 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    }
    workgroupBarrier();
  }
  let below = layer_below();
  let own = memberLayers[m * shape.layers + below.index];
  let at = row * k4 + block;
  // A loop for the reason in dense_forward_8x8.
  var sums = array<vec4f, 4>(s0, s1, s2, s3);
  for (var i = 0u; i < 4u && row + i < step.rows * layer.positions; i++) {
    finish(sums[i], below, own, m, row + i, block, base + layer.source + at + i * k4, base + layer.below + at + i * k4);
  }
}
