// Written by shaders/generate.mjs. Do not edit.
// outputs (rows, units4) = activation(inputs (rows, inputs) * kernel + bias), with dropout in training.
// An invocation makes 8 rows x 8 units: 16 accumulators, 4 multiply-adds for every number read (4 x 4 units make 2, and half the speed on
// SwiftShader: bench/NOTES.md). Sums run over ascending inputs, whatever P is. Dispatch: (units4 / 16, rows / 64, runners).
// Rows past the batch are computed from what is there and never read: scratch holds whole tiles. So is a second column past units4.

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let block = id.x * 2u;
  let row = id.y * 8u;
  if (block >= layer.units4 || row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let k4 = layer.inputs4;
  let n4 = layer.units4;
  var a = base + layer.source + row * k4;
  var w = m * shape.state4 + layer.kernel + block;
  let left = state[m * shape.state4 + layer.bias + block];
  let right = state[m * shape.state4 + layer.bias + block + 1u];
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
    let v0 = state[w + 1u];
    let v1 = state[w + n4 + 1u];
    let v2 = state[w + 2u * n4 + 1u];
    let v3 = state[w + 3u * n4 + 1u];
    var x: vec4f;
    x = scratch[a];
    l0 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r0 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    x = scratch[a + k4];
    l1 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r1 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    x = scratch[a + 2u * k4];
    l2 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r2 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    x = scratch[a + 3u * k4];
    l3 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r3 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    x = scratch[a + 4u * k4];
    l4 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r4 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    x = scratch[a + 5u * k4];
    l5 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r5 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    x = scratch[a + 6u * k4];
    l6 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r6 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    x = scratch[a + 7u * k4];
    l7 += x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
    r7 += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    a += 1u;
    w += 4u * n4;
  }
  let own = memberLayers[m * shape.layers + layer.index];
  let out = base + layer.outputs + row * n4 + block;
  // A loop: sixteen copies took SwiftShader 7 times as long to compile, and made its code of the products slower by a fifth.
  var sums = array<vec4f, 16>(l0, r0, l1, r1, l2, r2, l3, r3, l4, r4, l5, r5, l6, r6, l7, r7);
  for (var i = 0u; i < 16u; i++) {
    finish(sums[i], own, m, row + i / 2u, block + i % 2u, out + (i / 2u) * n4 + i % 2u);
  }
}
