// A row's numbers in another shape: of a list its positions one behind the other. An invocation makes four outputs.
// Dispatch: (rows * positions * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let place = i / layer.units4;
  let block = i % layer.units4;
  if (place >= step.rows * layer.positions) { return; }
  let base = runners[id.z] * shape.scratch4;
  let row = place / layer.positions;
  let first = place % layer.positions * layer.units + block * 4u;
  var y = vec4f(0.0);
  for (var j = 0u; j < 4u; j++) {
    let o = first + j;
    if (block * 4u + j < layer.units) {
      let c = o % layer.inputs;
      y[j] = scratch[base + layer.source + (row * layer.inputPositions + o / layer.inputs) * layer.inputs4 + c / 4u][c % 4u];
    }
  }
  scratch[base + layer.outputs + i] = y;
}
