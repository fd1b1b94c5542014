// The gradient of an embedding's table, penalties included: of a row the deltas where its token stands, in order. An invocation makes four numbers.
// Dispatch: (rows of the table * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read_write> state: array<vec4f>;
@group(1) @binding(1) var<storage, read> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= layer.rows * layer.units4) { return; }
  let m = runners[id.z];
  let own = memberLayers[m * shape.layers + layer.index];
  let base = m * shape.scratch4;
  let token = i / layer.units4;
  let w = state[m * shape.state4 + layer.kernel + i];
  var sum = own.l1 * sign(w) + 2.0 * own.l2 * w;
  for (var b = 0u; b < step.rows; b++) {
    for (var t = 0u; t < layer.positions; t++) {
      if (token_of(base, b, t) == token) { sum += scratch[base + layer.deltas + (b * layer.positions + t) * layer.units4 + i % layer.units4]; }
    }
  }
  state[m * shape.state4 + shape.gradients + layer.kernel + i] = sum;
}
