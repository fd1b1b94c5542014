// What the windows that a cell is in make of it. An invocation makes four deltas. Dispatch: (rows * positions below * inputs4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.inputs4;
  let block = i % layer.inputs4;
  if (row >= step.rows * layer.inputPositions) { return; }
  let m = runners[id.z];
  let deltas = m * shape.scratch4 + layer.deltas + row / layer.inputPositions * layer.positions * layer.units4;
  let kernel = m * shape.state4 + layer.kernel;
  let times = layer.units / layer.inputs;
  var sum = vec4f(0.0);
  for (var k = 0u; k < layer.height * layer.width; k++) {
    let place = output_of(row % layer.inputPositions, k);
    if (place == NONE) { continue; }
    for (var j = 0u; j < 4u; j++) {
      let c = block * 4u + j;
      if (c >= layer.inputs) { continue; }
      for (var o = c * times; o < (c + 1u) * times; o++) {
        sum[j] += scratch[deltas + place * layer.units4 + o / 4u][o % 4u] * state[kernel + k * layer.units4 + o / 4u][o % 4u];
      }
    }
  }
  pass_on(sum, m, row, block);
}
