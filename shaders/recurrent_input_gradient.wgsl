// The deltas of the sequence that a recurrent layer reads. An invocation makes four. Dispatch: (rows * steps * inputs4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.inputs4;
  let block = i % layer.inputs4;
  if (row >= step.rows * layer.inputPositions) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let b = row / layer.inputPositions;
  var delta = vec4f(0.0);
  for (var r = 0u; r < layer.ways; r++) {
    // A way's step reads the place whose step reads it.
    let s = place(row % layer.inputPositions, r);
    for (var g = 0u; g < layer.gates; g++) {
      let start = value_at(base, b, r, s, slot_of(g, false));
      for (var j = 0u; j < 4u; j++) {
        let k = block * 4u + j;
        if (k >= layer.inputs) { continue; }
        let weights = kernel_at(m, r) + (g * layer.inputs + k) * layer.states4;
        for (var c = 0u; c < layer.states4; c++) { delta[j] += dot(state[weights + c], scratch[start + c]); }
      }
    }
  }
  pass_on(delta, m, row, block);
}
