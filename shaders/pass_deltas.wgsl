// The deltas of a layer as those of the one below, whose outputs it has only passed on; see lib/dense_input_gradient.wgsl for what becomes of them.
// An invocation makes four. Dispatch: (rows * inputs4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.inputs4;
  let block = i % layer.inputs4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  pass_on(scratch[m * shape.scratch4 + layer.deltas + i], m, row, block);
}
