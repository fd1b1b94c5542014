// x, or alpha x below 0. An invocation makes four outputs. Dispatch: (rows * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let alpha = state[m * shape.state4 + layer.kernel + row % layer.rows * layer.units4 + i % layer.units4];
  let x = scratch[m * shape.scratch4 + layer.source + i];
  scratch[m * shape.scratch4 + layer.outputs + i] = select(alpha * x, x, x > vec4f(0.0));
}
