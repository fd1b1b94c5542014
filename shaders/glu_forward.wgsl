// The first half of the inputs times the sigmoid of the second. An invocation makes four outputs. Dispatch: (rows * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

fn number(i: u32) -> f32 { return scratch[i >> 2u][i & 3u]; }

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  let block = i % layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let base = runners[id.z] * shape.scratch4;
  let start = (base + layer.source + row * layer.inputs4) * 4u;
  var x = vec4f(0.0);
  var gate = vec4f(0.0);
  for (var j = 0u; j < 4u; j++) {
    let o = block * 4u + j;
    if (o < layer.units) {
      x[j] = number(start + o);
      gate[j] = number(start + layer.units + o);
    }
  }
  scratch[base + layer.outputs + i] = x * sigmoid(gate);
}
