// The deltas of a row in its shape before. An invocation makes four. Dispatch: (rows * positions below * inputs4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let place = i / layer.inputs4;
  let block = i % layer.inputs4;
  if (place >= step.rows * layer.inputPositions) { return; }
  let m = runners[id.z];
  let row = place / layer.inputPositions;
  let first = place % layer.inputPositions * layer.inputs + block * 4u;
  var delta = vec4f(0.0);
  for (var j = 0u; j < 4u; j++) {
    let o = first + j;
    if (block * 4u + j < layer.inputs) {
      let u = o % layer.units;
      delta[j] = scratch[m * shape.scratch4 + layer.deltas + (row * layer.positions + o / layer.units) * layer.units4 + u / 4u][u % 4u];
    }
  }
  pass_on(delta, m, place, block);
}
