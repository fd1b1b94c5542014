// Of every window that a cell is in its share of the average, or all where it is the first with the maximum. An invocation makes four deltas.
// Dispatch: (rows * positions below * inputs4 / 64, 1, runners).

override MAXIMUM: bool = false;

// Which of four channels of cell k, `x`, are the first of their window with the maximum.
fn is_first(x: vec4f, most: vec4f, image: u32, corner: vec2i, k: u32) -> vec4<bool> {
  var first = x == most;
  for (var before = 0u; before < k; before++) {
    let cell = cell_of(corner, before);
    if (cell != NONE) { first = first & (scratch[image + cell * layer.inputs4] != most); }
  }
  return first;
}

fn cells_in(corner: vec2i, base: u32, b: u32) -> f32 {
  if (layer.kind == LAYER_KIND_GLOBAL_AVERAGE_POOLING1D) {
    var count = 0.0;
    for (var cell = 0u; cell < layer.columns; cell++) { count += select(0.0, 1.0, counts(base, b, cell)); }
    return count;
  }
  let end = min(corner + vec2i(i32(layer.height), i32(layer.width)), vec2i(i32(layer.imageRows), i32(layer.columns)));
  let size = end - max(corner, vec2i(0));
  return f32(size.x * size.y);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.inputs4;
  let block = i % layer.inputs4;
  if (row >= step.rows * layer.inputPositions) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let b = row / layer.inputPositions;
  let image = base + layer.source + b * layer.inputPositions * layer.inputs4 + block;
  let x = scratch[base + layer.source + i];
  var sum = vec4f(0.0);
  for (var k = 0u; k < layer.height * layer.width; k++) {
    let place = output_of(row % layer.inputPositions, k);
    if (place == NONE) { continue; }
    let corner = corner_of(place);
    let at = (b * layer.positions + place) * layer.units4 + block;
    let delta = scratch[base + layer.deltas + at];
    if (MAXIMUM) {
      sum += select(vec4f(0.0), delta, is_first(x, scratch[base + layer.outputs + at], image, corner, k));
    } else {
      if (counts(base, b, row % layer.inputPositions)) { sum += delta / cells_in(corner, base, b); }
    }
  }
  pass_on(sum, m, row, block);
}
