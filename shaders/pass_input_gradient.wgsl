// The deltas of inputs that were passed as if they were sums. An invocation makes four. Dispatch: (rows * inputs4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.inputs4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  pass_on(scratch[m * shape.scratch4 + layer.deltas + i], m, row, i % layer.inputs4);
}
