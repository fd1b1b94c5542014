// Where several layers read the same outputs: adds the deltas that this one wrote to the sum of the others'. LAST: they are all there, and become the deltas
// of the layer below. An invocation makes four. Dispatch: (rows * inputs4 / 64, 1, runners).

override LAST: bool = false;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.inputs4;
  let block = i % layer.inputs4;
  if (row >= step.rows * layer.inputPositions) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let total = scratch[base + layer.sum + i] + scratch[base + layer.below + i];
  if (LAST) {
    let own = memberLayers[m * shape.layers + layer.reads];
    finish_all(total, layer_below(), own, m, row, block, base + layer.source + i, base + layer.merged + i);
  } else {
    scratch[base + layer.sum + i] = total;
  }
}
