// Gradients of gamma and beta: sums over a batch's groups (lib/groups.wgsl), in their order. An invocation makes four of each.
// Dispatch: (rows of gamma * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read_write> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) count: vec3u) {
  let i = id.y * count.x * 64u + id.x;
  let size = layer.positions / layer.groups * layer.units4;
  if (i >= size) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  var beta = vec4f(0.0);
  var gamma = vec4f(0.0);
  for (var g = 0u; g < step.rows * layer.groups; g++) {
    let kept = scratch[base + layer.statistics + g];
    let delta = scratch[base + layer.deltas + g * size + i];
    beta += delta;
    gamma += delta * ((scratch[base + layer.source + g * size + i] - kept.x) * kept.y);
  }
  let gradients = m * shape.state4 + shape.gradients + i;
  if (layer.kernel != NONE) { state[gradients + layer.kernel] = gamma; }
  if (layer.bias != NONE) { state[gradients + layer.bias] = beta; }
}
