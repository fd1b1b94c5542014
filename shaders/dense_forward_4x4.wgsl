// outputs (rows, units4) = activation(inputs (rows, inputs) * kernel + bias), with dropout in training.
// An invocation makes 4 rows x 4 units. Sums run over ascending inputs, whatever P is. The output layer of a cross-entropy leaves its
// sums to output_loss (the activation is linear in `memberLayers` then). Dispatch: (units4 / 8, rows / 32, runners).
// Rows past the batch are computed from what is there and never read: scratch holds whole tiles.

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

fn finish(sum: vec4f, own: MemberLayer, m: u32, row: u32, block: u32, at: u32) {
  var y = activate(own.activation, sum, own.parameter);
  if (own.threshold > 0u && step.training != 0u) { y *= dropout_factors(layer, own, members[m].seed, step, row, block); }
  scratch[at] = y;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let block = id.x;
  let row = id.y * 4u;
  if (block >= layer.units4 || row >= step.rows) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let k4 = layer.inputs4;
  let n4 = layer.units4;
  var a = base + layer.source + row * k4;
  var w = m * shape.state4 + layer.kernel + block;
  let bias = state[m * shape.state4 + layer.bias + block];
  var c0 = bias;
  var c1 = bias;
  var c2 = bias;
  var c3 = bias;
  for (var k = 0u; k < k4; k++) {
    let x0 = scratch[a];
    let x1 = scratch[a + k4];
    let x2 = scratch[a + 2u * k4];
    let x3 = scratch[a + 3u * k4];
    let w0 = state[w];
    let w1 = state[w + n4];
    let w2 = state[w + 2u * n4];
    let w3 = state[w + 3u * n4];
    c0 += x0.x * w0 + x0.y * w1 + x0.z * w2 + x0.w * w3;
    c1 += x1.x * w0 + x1.y * w1 + x1.z * w2 + x1.w * w3;
    c2 += x2.x * w0 + x2.y * w1 + x2.z * w2 + x2.w * w3;
    c3 += x3.x * w0 + x3.y * w1 + x3.z * w2 + x3.w * w3;
    a += 1u;
    w += 4u * n4;
  }
  let own = memberLayers[m * shape.layers + layer.index];
  let out = base + layer.outputs + row * n4 + block;
  finish(c0, own, m, row, block, out);
  finish(c1, own, m, row + 1u, block, out + n4);
  finish(c2, own, m, row + 2u, block, out + 2u * n4);
  finish(c3, own, m, row + 3u, block, out + 3u * n4);
}
