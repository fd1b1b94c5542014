// Written by shaders/generate.mjs. Do not edit.
// deltas below (rows, inputs4) = deltas (rows, units) * transpose of kernel, times the derivative of the layer below at its outputs, and
// its dropout's factors. An invocation makes 8 rows x 8 inputs. Dispatch: (inputs4 / 16, rows / 64, runners).
// The kernel's padding rows and columns are 0, so the deltas' padding is 0. Rows past the batch as in dense_forward_8x8.

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let block = id.x * 2u;
  let row = id.y * 8u;
  if (block >= layer.inputs4 || row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let k4 = layer.inputs4;
  let n4 = layer.units4;
  var d = base + layer.deltas + row * n4;
  var w = m * shape.state4 + layer.kernel + block * 4u * n4;
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
    let v0 = state[w + 4u * n4];
    let v1 = state[w + 5u * n4];
    let v2 = state[w + 6u * n4];
    let v3 = state[w + 7u * n4];
    var x: vec4f;
    x = scratch[d];
    l0 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r0 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    x = scratch[d + n4];
    l1 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r1 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    x = scratch[d + 2u * n4];
    l2 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r2 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    x = scratch[d + 3u * n4];
    l3 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r3 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    x = scratch[d + 4u * n4];
    l4 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r4 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    x = scratch[d + 5u * n4];
    l5 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r5 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    x = scratch[d + 6u * n4];
    l6 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r6 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    x = scratch[d + 7u * n4];
    l7 += vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
    r7 += vec4f(dot(x, v0), dot(x, v1), dot(x, v2), dot(x, v3));
    d += 1u;
    w += 1u;
  }
  let below = layer_below();
  let own = memberLayers[m * shape.layers + below.index];
  let outputs = base + layer.source + row * k4 + block;
  let at = base + layer.below + row * k4 + block;
  // A loop for the reason in dense_forward_8x8.
  var sums = array<vec4f, 16>(l0, r0, l1, r1, l2, r2, l3, r3, l4, r4, l5, r5, l6, r6, l7, r7);
  for (var i = 0u; i < 16u; i++) {
    let offset = (i / 2u) * k4 + i % 2u;
    finish(sums[i], below, own, m, row + i / 2u, block + i % 2u, outputs + offset, at + offset);
  }
}
