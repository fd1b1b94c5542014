// gamma (x - mean) / sqrt(variance + epsilon) + beta: in training, where the layer is trained, by the batch's mean and variance, which the moving ones
// follow; else by the moving ones. A workgroup makes four columns. Dispatch: (units4, 1, runners).

@group(1) @binding(0) var<storage, read_write> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let m = runners[group.z];
  let own = memberLayers[m * shape.layers + layer.index];
  let block = group.x;
  let n4 = layer.units4;
  let rows = step.rows * layer.positions;
  let source = m * shape.scratch4 + layer.source + block;
  let outputs = m * shape.scratch4 + layer.outputs + block;
  let base = m * shape.scratch4;
  let home = m * shape.state4;
  let moving = home + layer.moving + block;
  var mean = state[moving];
  var variance = state[moving + n4];
  if (step.training != 0u && layer.trainable != 0u) {
    var sum = vec4f(0.0);
    for (var row = thread; row < rows; row += THREADS) { if (counts(base, row)) { sum += scratch[source + row * n4]; } }
    let old = mean;
    let counted = counted_of(base, rows, thread);
    mean = total_of(sum, thread) / counted;
    sum = vec4f(0.0);
    for (var row = thread; row < rows; row += THREADS) {
      if (!counts(base, row)) { continue; }
      let distance = scratch[source + row * n4] - mean;
      sum += distance * distance;
    }
    let oldVariance = variance;
    variance = total_of(sum, thread) / counted;
    // All have read the moving ones before the barriers.
    if (thread == 0u) {
      state[moving] = own.momentum * old + (1.0 - own.momentum) * mean;
      state[moving + n4] = own.momentum * oldVariance + (1.0 - own.momentum) * variance;
    }
  }
  let inverse = 1.0 / sqrt(variance + own.epsilon);
  if (thread == 0u) {
    let statistics = m * shape.scratch4 + layer.statistics + block;
    scratch[statistics] = mean;
    scratch[statistics + n4] = inverse;
  }
  var factor = inverse;
  var shift = vec4f(0.0);
  if (layer.kernel != NONE) { factor *= state[home + layer.kernel + block]; }
  if (layer.bias != NONE) { shift = state[home + layer.bias + block]; }
  for (var row = thread; row < rows; row += THREADS) { scratch[outputs + row * n4] = (scratch[source + row * n4] - mean) * factor + shift; }
}
