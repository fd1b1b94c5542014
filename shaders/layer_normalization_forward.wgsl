// Outputs of a layer normalization (lib/groups.wgsl). A workgroup makes a group's. Dispatch: (rows * groups, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) thread: u32) {
  let g = group.y * count.x + group.x;
  if (g >= step.rows * layer.groups) { return; }
  let m = runners[group.z];
  let base = m * shape.scratch4;
  let n4 = layer.units4;
  let first = g * run() * n4;
  let size = run() * n4;
  let numbers = f32(run() * layer.units);
  var sum = vec4f(0.0);
  for (var i = thread; i < size; i += THREADS) { sum += select(vec4f(0.0), scratch[base + layer.source + first + i], inside(i % n4)); }
  let mean = all_of(sum, thread) / numbers;
  sum = vec4f(0.0);
  for (var i = thread; i < size; i += THREADS) {
    let left = select(vec4f(0.0), scratch[base + layer.source + first + i] - mean, inside(i % n4));
    sum += left * left;
  }
  let inverse = 1.0 / sqrt(all_of(sum, thread) / numbers + memberLayers[m * shape.layers + layer.index].epsilon);
  if (thread == 0u) { scratch[base + layer.statistics + g] = vec4f(mean, inverse, 0.0, 0.0); }
  for (var i = thread; i < size; i += THREADS) {
    var y = (scratch[base + layer.source + first + i] - mean) * inverse;
    if (layer.kernel != NONE) { y *= state[m * shape.state4 + layer.kernel + i]; }
    if (layer.bias != NONE) { y += state[m * shape.state4 + layer.bias + i]; }
    scratch[base + layer.outputs + first + i] = y;
  }
}
