// The row of the table of every token. An invocation makes four outputs. Dispatch: (rows * positions * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let token = token_of(base, row / layer.positions, row % layer.positions);
  scratch[base + layer.outputs + i] = state[m * shape.state4 + layer.kernel + token * layer.units4 + i % layer.units4];
}
