// The deltas of all places where a cell went. An invocation makes four. Dispatch: (rows * positions below * inputs4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.inputs4;
  let block = i % layer.inputs4;
  if (row >= step.rows * layer.inputPositions) { return; }
  let m = runners[id.z];
  let cell = row % layer.inputPositions;
  // Of a cell that is taken off above or on the left these are large numbers.
  let top = cell / layer.columns * layer.strideY + layer.top;
  let left = cell % layer.columns * layer.strideX + layer.left;
  let image = row / layer.inputPositions * layer.positions;
  var sum = vec4f(0.0);
  for (var y = top; y < top + layer.strideY; y++) {
    for (var x = left; x < left + layer.strideX; x++) {
      if (y < layer.positions / layer.outColumns && x < layer.outColumns) {
        sum += scratch[m * shape.scratch4 + layer.deltas + (image + y * layer.outColumns + x) * layer.units4 + block];
      }
    }
  }
  pass_on(sum, m, row, block);
}
