// One way of a block: its outputs, `offset` columns into the block's. ADDS: added to those of the first way. An invocation makes four of the block's outputs.
// Dispatch: (rows * units4 / 64, 1, runners), one way after the other.

override ADDS: bool = false;

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let base = runners[id.z] * shape.scratch4;
  let source = base + layer.source + row * layer.inputs4;
  var y = vec4f(0.0);
  if (layer.way > 0u) { y = scratch[base + layer.outputs + i]; }
  for (var j = 0u; j < 4u; j++) {
    let column = i % layer.units4 * 4u + j;
    if (column >= layer.offset && column < layer.offset + layer.inputs) {
      let o = column - layer.offset;
      let x = scratch[source + (o >> 2u)][o & 3u];
      y[j] = select(x, y[j] + x, ADDS);
    }
  }
  scratch[base + layer.outputs + i] = y;
}
