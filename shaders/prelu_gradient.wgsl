// The gradient of alpha: sums of deltas times inputs below 0, over ascending rows. An invocation makes four of one row of alpha.
// Dispatch: (rows of alpha * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read_write> state: array<vec4f>;
@group(1) @binding(1) var<storage, read> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= layer.rows * layer.units4) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  var sum = vec4f(0.0);
  // Row r of the batch has row r % rows of alpha.
  for (var at = i; at < step.rows * layer.positions * layer.units4; at += layer.rows * layer.units4) {
    sum += scratch[base + layer.deltas + at] * min(scratch[base + layer.source + at], vec4f(0.0));
  }
  state[m * shape.state4 + shape.gradients + layer.kernel + i] = sum;
}
