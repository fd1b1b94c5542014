// Written by shaders/generate.mjs. Do not edit.
// dense_input_gradient_8x8's sums, number by number in the same order, with loads shared by quads: lib/quads.wgsl. Dispatched as that.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let k4 = layer.inputs4;
  let n4 = layer.units4;
  let blocks = blocks_of(index, group.x * 16u, group.y * 16u);
  if (blocks.quadAcross >= k4 || blocks.quadDown * 4u >= step.rows * layer.positions) { return; }
  let m = runners[group.z];
  let base = m * shape.scratch4;
  // Past the end the last is read, and not written.
  let last = step.rows * layer.positions - 1u;
  let row = blocks.down * 4u;
  var d0 = base + layer.deltas + min(row, last) * n4;
  var d1 = base + layer.deltas + min(row + 1u, last) * n4;
  var d2 = base + layer.deltas + min(row + 2u, last) * n4;
  var d3 = base + layer.deltas + min(row + 3u, last) * n4;
  var w = m * shape.state4 + layer.kernel + min(blocks.across, k4 - 1u) * 4u * n4;
  var l0 = vec4f(0.0);
  var r0 = vec4f(0.0);
  var l1 = vec4f(0.0);
  var r1 = vec4f(0.0);
  var l2 = vec4f(0.0);
  var r2 = vec4f(0.0);
  var l3 = vec4f(0.0);
  var r3 = vec4f(0.0);
  var l4 = vec4f(0.0);
  var r4 = vec4f(0.0);
  var l5 = vec4f(0.0);
  var r5 = vec4f(0.0);
  var l6 = vec4f(0.0);
  var r6 = vec4f(0.0);
  var l7 = vec4f(0.0);
  var r7 = vec4f(0.0);
  for (var n = 0u; n < n4; n++) {
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
    x = scratch[d0];
    y = quadSwapX(x);
    l0 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r0 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    l4 += vec4f(dot(y, w0), dot(y, w1), dot(y, w2), dot(y, w3));
    r4 += vec4f(dot(y, v0), dot(y, v1), dot(y, v2), dot(y, v3));
    x = scratch[d1];
    y = quadSwapX(x);
    l1 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r1 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    l5 += vec4f(dot(y, w0), dot(y, w1), dot(y, w2), dot(y, w3));
    r5 += vec4f(dot(y, v0), dot(y, v1), dot(y, v2), dot(y, v3));
    x = scratch[d2];
    y = quadSwapX(x);
    l2 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r2 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    l6 += vec4f(dot(y, w0), dot(y, w1), dot(y, w2), dot(y, w3));
    r6 += vec4f(dot(y, v0), dot(y, v1), dot(y, v2), dot(y, v3));
    x = scratch[d3];
    y = quadSwapX(x);
    l3 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r3 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    l7 += vec4f(dot(y, w0), dot(y, w1), dot(y, w2), dot(y, w3));
    r7 += vec4f(dot(y, v0), dot(y, v1), dot(y, v2), dot(y, v3));
    d0 += 1u;
    d1 += 1u;
    d2 += 1u;
    d3 += 1u;
    w += 1u;
  }
  let below = layer_below();
  let own = memberLayers[m * shape.layers + below.index];
  // A loop for the reason in dense_forward_8x8.
  var sums = array<vec4f, 16>(l0, r0, l1, r1, l2, r2, l3, r3, l4, r4, l5, r5, l6, r6, l7, r7);
  for (var i = 0u; i < 16u; i++) {
    let r = down_of(blocks, i);
    let block = across_of(blocks, i);
    let at = base + r * k4 + block;
    if (r < step.rows * layer.positions) { finish(sums[i], below, own, m, r, block, layer.source + at, layer.below + at); }
  }
}
