// Inputs as they are: as if they were a dense layer's sums, of which lib/dense_forward.wgsl makes outputs. An invocation makes four.
// Dispatch: (rows * units4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let own = memberLayers[m * shape.layers + layer.index];
  let base = m * shape.scratch4;
  finish(scratch[base + layer.source + i], own, m, row, i % layer.units4, base + layer.outputs + i);
}
