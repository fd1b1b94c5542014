// The deltas of an image: each output's go to the cells that it looked at. These layers stand before all others nearly always, where this is not asked for:
// an invocation goes through four channels of a whole image. Dispatch: (rows * inputs4 / 64, 1, runners).

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let b = i / layer.inputs4;
  let block = i % layer.inputs4;
  if (b >= step.rows) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let own = memberLayers[m * shape.layers + layer.index];
  let map = map_of(own, m, b);
  let image = base + layer.statistics + b * layer.inputPositions * layer.inputs4 + block;
  for (var cell = 0u; cell < layer.inputPositions; cell++) { scratch[image + cell * layer.inputs4] = vec4f(0.0); }
  for (var place = 0u; place < layer.positions; place++) {
    let seen = look(map, place, own.lift);
    let delta = scratch[base + layer.deltas + (b * layer.positions + place) * layer.units4 + block];
    for (var k = 0u; k < 4u; k++) {
      if (seen.cells[k] >= 0) { scratch[image + u32(seen.cells[k]) * layer.inputs4] += seen.parts[k] * delta; }
    }
  }
  for (var cell = 0u; cell < layer.inputPositions; cell++) {
    pass_on(scratch[image + cell * layer.inputs4], m, b * layer.inputPositions + cell, block);
  }
}
