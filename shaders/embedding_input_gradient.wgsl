// The deltas of tokens are 0: a token is no number to move along. Dispatch: (rows * inputs4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.inputs4;
  if (row >= step.rows * layer.inputPositions) { return; }
  pass_on(vec4f(0.0), runners[id.z], row, i % layer.inputs4);
}
