// An image in a border of zeros, or out of one, or every cell of it several times. An invocation makes four outputs. Dispatch: (rows * positions * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let base = runners[id.z] * shape.scratch4;
  let place = row % layer.positions;
  // Left of the image and above it the difference is a large number; of cells that are taken off, top and left count from 2^32 down.
  let y = (place / layer.outColumns - layer.top) / layer.strideY;
  let x = (place % layer.outColumns - layer.left) / layer.strideX;
  var value = vec4f(0.0);
  if (y < layer.imageRows && x < layer.columns) {
    let cell = row / layer.positions * layer.inputPositions + y * layer.columns + x;
    value = scratch[base + layer.source + cell * layer.inputs4 + i % layer.units4];
  }
  scratch[base + layer.outputs + i] = value;
}
