// The sums of deltas, and of deltas times normalized inputs: the gradients of beta and gamma; and their means, which those of the inputs are made of.
// A workgroup makes four columns. Dispatch: (units4, 1, runners).

@group(1) @binding(0) var<storage, read_write> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let m = runners[group.z];
  let block = group.x;
  let n4 = layer.units4;
  let rows = step.rows * layer.positions;
  let source = m * shape.scratch4 + layer.source + block;
  let deltas = m * shape.scratch4 + layer.deltas + block;
  let statistics = m * shape.scratch4 + layer.statistics + block;
  let mean = scratch[statistics];
  let inverse = scratch[statistics + n4];
  var sum = vec4f(0.0);
  var scaled = vec4f(0.0);
  for (var row = thread; row < rows; row += THREADS) {
    let delta = scratch[deltas + row * n4];
    sum += delta;
    scaled += delta * ((scratch[source + row * n4] - mean) * inverse);
  }
  sum = total_of(sum, thread);
  scaled = total_of(scaled, thread);
  let counted = counted_of(m * shape.scratch4, rows, thread);
  if (thread > 0u) { return; }
  scratch[statistics + 2u * n4] = sum / counted;
  scratch[statistics + 3u * n4] = scaled / counted;
  let gradients = m * shape.state4 + shape.gradients + block;
  if (layer.kernel != NONE) { state[gradients + layer.kernel] = scaled; }
  if (layer.bias != NONE) { state[gradients + layer.bias] = sum; }
}
