// The gradient of a kernel, and of its bias, which comes behind it. A workgroup makes four columns of a row. Dispatch: (rows of both * units4, 1, runners).

@group(1) @binding(0) var<storage, read_write> state: array<vec4f>;
@group(1) @binding(1) var<storage, read> scratch: array<vec4f>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let i = group.y * groups.x + group.x;
  let r = i / layer.units4;
  let block = i % layer.units4;
  if (r > layer.rows || (r == layer.rows && layer.bias == NONE)) { return; }
  let m = runners[group.z];
  let base = m * shape.scratch4;
  var mine = vec4f(0.0);
  for (var row = thread; row < step.rows * layer.positions; row += THREADS) {
    let delta = scratch[base + layer.deltas + row * layer.units4 + block];
    if (r == layer.rows) {
      mine += delta;
      continue;
    }
    let c = r % layer.inputs;
    let cell = cell_of(corner_of(row % layer.positions), r / layer.inputs);
    if (cell == NONE) { continue; }
    mine += delta * scratch[base + layer.source + (row / layer.positions * layer.inputPositions + cell) * layer.inputs4 + c / 4u][c % 4u];
  }
  var sum = total_of(mine, thread);
  if (thread > 0u) { return; }
  let at = m * shape.state4 + layer.kernel + i;
  let own = memberLayers[m * shape.layers + layer.index];
  let w = state[at];
  if (r < layer.rows) { sum += own.l1 * sign(w) + 2.0 * own.l2 * w; }
  state[at + shape.gradients] = sum;
}
