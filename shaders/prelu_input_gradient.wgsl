// An invocation makes four deltas of the layer below. Dispatch: (rows * inputs4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.inputs4;
  let block = i % layer.inputs4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let alpha = state[m * shape.state4 + layer.kernel + row % layer.rows * layer.units4 + block];
  let x = scratch[m * shape.scratch4 + layer.source + i];
  let delta = scratch[m * shape.scratch4 + layer.deltas + i];
  pass_on(select(alpha * delta, delta, x > vec4f(0.0)), m, row, block);
}
