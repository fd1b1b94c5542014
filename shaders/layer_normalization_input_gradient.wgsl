// Deltas of what a layer normalization reads (lib/groups.wgsl). A workgroup makes a group's. Dispatch: (rows * groups, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) thread: u32) {
  let g = group.y * count.x + group.x;
  if (g >= step.rows * layer.groups) { return; }
  let m = runners[group.z];
  let base = m * shape.scratch4;
  let n4 = layer.units4;
  let size = run() * n4;
  let first = g * size;
  let numbers = f32(run() * layer.units);
  let kept = scratch[base + layer.statistics + g];
  var plain = vec4f(0.0);
  var sloped = vec4f(0.0);
  for (var i = thread; i < size; i += THREADS) {
    let delta = scaled(m, base + layer.deltas + first, i);
    plain += delta;
    sloped += delta * ((scratch[base + layer.source + first + i] - kept.x) * kept.y);
  }
  let mean = all_of(plain, thread) / numbers;
  let slope = all_of(sloped, thread) / numbers;
  for (var i = thread; i < size; i += THREADS) {
    let normalized = (scratch[base + layer.source + first + i] - kept.x) * kept.y;
    let delta = (scaled(m, base + layer.deltas + first, i) - mean - normalized * slope) * kept.y;
    pass_on(select(vec4f(0.0), delta, inside(i % n4)), m, (first + i) / n4, i % n4);
  }
}

// A delta times gamma; the padding of both is 0.
fn scaled(m: u32, deltas: u32, i: u32) -> vec4f {
  let delta = scratch[deltas + i];
  return select(delta, delta * state[m * shape.state4 + min(layer.kernel, shape.state4) + i], layer.kernel != NONE);
}
