// Written by shaders/generate.mjs. Do not edit.
// dense_forward_8x8's sums, number by number in the same order, with loads shared by quads: lib/quads.wgsl. Dispatched as that.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let k4 = layer.inputs4;
  let n4 = layer.units4;
  let blocks = blocks_of(index, group.x * 16u, group.y * 16u);
  if (blocks.quadAcross >= n4 || blocks.quadDown * 4u >= step.rows * layer.positions) { return; }
  let m = runners[group.z];
  let base = m * shape.scratch4;
  // Past the end the last is read, and not written.
  let last = step.rows * layer.positions - 1u;
  let row = blocks.down * 4u;
  var a0 = base + layer.source + min(row, last) * k4;
  var a1 = base + layer.source + min(row + 1u, last) * k4;
  var a2 = base + layer.source + min(row + 2u, last) * k4;
  var a3 = base + layer.source + min(row + 3u, last) * k4;
  let state0 = m * shape.state4;
  var w = state0 + layer.kernel + min(blocks.across, n4 - 1u);
  let left = state[state0 + layer.bias + min(blocks.across, n4 - 1u)];
  let right = state[state0 + layer.bias + min(blocks.otherAcross, n4 - 1u)];
  var l0 = left;
  var r0 = right;
  var l1 = left;
  var r1 = right;
  var l2 = left;
  var r2 = right;
  var l3 = left;
  var r3 = right;
  var l4 = left;
  var r4 = right;
  var l5 = left;
  var r5 = right;
  var l6 = left;
  var r6 = right;
  var l7 = left;
  var r7 = right;
  for (var k = 0u; k < k4; k++) {
    let w0 = state[w];
    let w1 = state[w + n4];
    let w2 = state[w + 2u * n4];
    let w3 = state[w + 3u * n4];
    let v0 = quadSwapY(w0);
    let v1 = quadSwapY(w1);
    let v2 = quadSwapY(w2);
    let v3 = quadSwapY(w3);
    var x: vec4f;
    var y: vec4f;
    x = scratch[a0];
    y = quadSwapX(x);
    l0 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r0 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    l4 += y.x * w0 + y.y * w1 + y.z * w2 + y.w * w3;
    r4 += y.x * v0 + y.y * v1 + y.z * v2 + y.w * v3;
    x = scratch[a1];
    y = quadSwapX(x);
    l1 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r1 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    l5 += y.x * w0 + y.y * w1 + y.z * w2 + y.w * w3;
    r5 += y.x * v0 + y.y * v1 + y.z * v2 + y.w * v3;
    x = scratch[a2];
    y = quadSwapX(x);
    l2 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r2 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    l6 += y.x * w0 + y.y * w1 + y.z * w2 + y.w * w3;
    r6 += y.x * v0 + y.y * v1 + y.z * v2 + y.w * v3;
    x = scratch[a3];
    y = quadSwapX(x);
    l3 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r3 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    l7 += y.x * w0 + y.y * w1 + y.z * w2 + y.w * w3;
    r7 += y.x * v0 + y.y * v1 + y.z * v2 + y.w * v3;
    a0 += 1u;
    a1 += 1u;
    a2 += 1u;
    a3 += 1u;
    w += 4u * n4;
  }
  let own = memberLayers[m * shape.layers + layer.index];
  let out = base + layer.outputs;
  // A loop for the reason in dense_forward_8x8.
  var sums = array<vec4f, 16>(l0, r0, l1, r1, l2, r2, l3, r3, l4, r4, l5, r5, l6, r6, l7, r7);
  for (var i = 0u; i < 16u; i++) {
    let r = down_of(blocks, i);
    let block = across_of(blocks, i);
    if (r < step.rows * layer.positions) { finish(sums[i], own, m, r, block, out + r * n4 + block); }
  }
}
