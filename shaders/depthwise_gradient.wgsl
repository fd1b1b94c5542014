// The gradient of a depthwise kernel, and of its bias, which comes behind it. A workgroup makes four columns of a row.
// Dispatch: (rows of both * units4, 1, runners).

@group(1) @binding(0) var<storage, read_write> state: array<vec4f>;
@group(1) @binding(1) var<storage, read> scratch: array<vec4f>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let i = group.y * groups.x + group.x;
  let k = i / layer.units4;
  let block = i % layer.units4;
  if (k > layer.rows || (k == layer.rows && layer.bias == NONE)) { return; }
  let m = runners[group.z];
  let base = m * shape.scratch4;
  let times = layer.units / layer.inputs;
  var mine = vec4f(0.0);
  for (var row = thread; row < step.rows * layer.positions; row += THREADS) {
    let delta = scratch[base + layer.deltas + row * layer.units4 + block];
    if (k == layer.rows) {
      mine += delta;
      continue;
    }
    let cell = cell_of(corner_of(row % layer.positions), k);
    if (cell == NONE) { continue; }
    let image = base + layer.source + row / layer.positions * layer.inputPositions * layer.inputs4;
    mine += delta * channels_of(image + cell * layer.inputs4, block, times);
  }
  let sum = total_of(mine, thread);
  if (thread == 0u) { state[m * shape.state4 + shape.gradients + layer.kernel + i] = sum; }
}
