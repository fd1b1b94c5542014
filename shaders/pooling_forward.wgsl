// The maximum, or the average, of a window's cells that lie in the image. An invocation makes four outputs. Dispatch: (rows * positions * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

override MAXIMUM: bool = false;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let base = runners[id.z] * shape.scratch4;
  let image = base + layer.source + row / layer.positions * layer.inputPositions * layer.inputs4 + i % layer.units4;
  let corner = corner_of(row % layer.positions);
  var most = vec4f(-3.4028234e38);
  var sum = vec4f(0.0);
  var count = 0.0;
  for (var k = 0u; k < layer.height * layer.width; k++) {
    let cell = cell_of(corner, k);
    if (cell == NONE) { continue; }
    if (!counts(base, row / layer.positions, cell)) { continue; }
    let x = scratch[image + cell * layer.inputs4];
    most = max(most, x);
    sum += x;
    count += 1.0;
  }
  scratch[base + layer.outputs + i] = select(sum / count, most, MAXIMUM);
}
