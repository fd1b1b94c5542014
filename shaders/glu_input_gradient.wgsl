// The deltas of both halves. An invocation makes four. Dispatch: (rows * inputs4 / 64, 1, runners).

fn number(i: u32) -> f32 { return scratch[i >> 2u][i & 3u]; }

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.inputs4;
  let block = i % layer.inputs4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let start = (m * shape.scratch4 + layer.source + row * layer.inputs4) * 4u;
  let deltas = (m * shape.scratch4 + layer.deltas + row * layer.units4) * 4u;
  var x = vec4f(1.0); // of the second half, what the gate lets through
  var gate = vec4f(0.0);
  var delta = vec4f(0.0);
  var second = vec4<bool>(false);
  for (var j = 0u; j < 4u; j++) {
    let o = block * 4u + j;
    if (o < layer.inputs) {
      second[j] = o >= layer.units;
      let of_half = select(o, o - layer.units, second[j]);
      x[j] = number(start + of_half);
      gate[j] = number(start + layer.units + of_half);
      delta[j] = number(deltas + of_half);
    }
  }
  let open = sigmoid(gate);
  pass_on(delta * select(open, x * open * (1.0 - open), second), m, row, block);
}
