// Images moved by chance. An invocation makes four outputs. Dispatch: (rows * positions * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let own = memberLayers[m * shape.layers + layer.index];
  let b = row / layer.positions;
  let seen = look(map_of(own, m, b), row % layer.positions, own.lift);
  let image = base + layer.source + b * layer.inputPositions * layer.inputs4 + i % layer.units4;
  var sum = vec4f(0.0);
  for (var k = 0u; k < 4u; k++) {
    // A cell that has no part may hold what is no number.
    if (seen.parts[k] == 0.0) { continue; }
    var value = vec4f(own.third);
    if (seen.cells[k] >= 0) { value = scratch[image + u32(seen.cells[k]) * layer.inputs4]; }
    sum += seen.parts[k] * value;
  }
  scratch[base + layer.outputs + i] = sum;
}
