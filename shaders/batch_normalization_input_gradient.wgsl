// An invocation makes four deltas of the layer below, by the means of batch_normalization_gradient where the batch's mean and variance were taken.
// Dispatch: (rows * inputs4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let n4 = layer.inputs4;
  let row = i / n4;
  let block = i % n4;
  let rows = step.rows * layer.positions;
  if (row >= rows) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let statistics = base + layer.statistics + block;
  let inverse = scratch[statistics + n4];
  var delta = scratch[base + layer.deltas + i];
  if (layer.trainable != 0u && counts(base, row)) {
    let normalized = (scratch[base + layer.source + i] - scratch[statistics]) * inverse;
    delta -= scratch[statistics + 2u * n4] + normalized * scratch[statistics + 3u * n4];
  }
  var factor = inverse;
  if (layer.kernel != NONE) { factor *= state[m * shape.state4 + layer.kernel + block]; }
  pass_on(delta * factor, m, row, block);
}
