// The deltas of one way of a block: its columns of the block's own. An invocation makes four. Dispatch: (rows * inputs4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.inputs4;
  let block = i % layer.inputs4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let deltas = m * shape.scratch4 + layer.deltas + row * layer.units4;
  var delta = vec4f(0.0);
  for (var j = 0u; j < 4u; j++) {
    let o = block * 4u + j;
    let column = layer.offset + o;
    if (o < layer.inputs) { delta[j] = scratch[deltas + (column >> 2u)][column & 3u]; }
  }
  pass_on(delta, m, row, block);
}
