// The outputs of a recurrent layer: states of its recurrence, or of two merged. An invocation makes four outputs. Dispatch: (rows * positions * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  let block = i % layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let base = runners[id.z] * shape.scratch4;
  let b = row / layer.positions;
  let o = row % layer.positions;
  let one = hidden_at(base, b, 0u, step_of(o, 0u));
  let two = hidden_at(base, b, layer.ways - 1u, step_of(o, layer.ways - 1u));
  var y = vec4f(0.0);
  if (silent(base, b, o)) {
    y = vec4f(0.0);
  } else if (layer.merge == MERGE_CONCAT) {
    for (var j = 0u; j < 4u; j++) {
      let column = block * 4u + j;
      if (column < layer.stateUnits) { y[j] = number(one, column); } else if (column < layer.units) { y[j] = number(two, column - layer.stateUnits); }
    }
  } else {
    y = scratch[one + block];
    if (layer.ways == 2u) {
      let other = scratch[two + block];
      if (layer.merge == MERGE_MUL) { y *= other; } else { y = (y + other) * select(1.0, 0.5, layer.merge == MERGE_AVE); }
    }
  }
  scratch[base + layer.outputs + i] = y;
}
