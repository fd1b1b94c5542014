// A convolution, window by window. An invocation makes four outputs. Dispatch: (rows * positions * units4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  let block = i % layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let own = memberLayers[m * shape.layers + layer.index];
  let base = m * shape.scratch4;
  let image = base + layer.source + row / layer.positions * layer.inputPositions * layer.inputs4;
  let kernel = m * shape.state4 + layer.kernel + block;
  let corner = corner_of(row % layer.positions);
  var sum = vec4f(0.0);
  if (layer.bias != NONE) { sum = state[m * shape.state4 + layer.bias + block]; }
  for (var k = 0u; k < layer.height * layer.width; k++) {
    let cell = cell_of(corner, k);
    if (cell == NONE) { continue; }
    for (var c = 0u; c < layer.inputs; c++) {
      sum += scratch[image + cell * layer.inputs4 + c / 4u][c % 4u] * state[kernel + (k * layer.inputs + c) * layer.units4];
    }
  }
  finish(sum, own, m, row, block, base + layer.outputs + i);
}
