// Deltas by what activate.wgsl has made become those by what it was made of, in place. An invocation makes four, or those of a whole row.
// Dispatch: (rows * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

fn number(i: u32) -> f32 { return scratch[i >> 2u][i & 3u]; }
fn set_number(i: u32, value: f32) { scratch[i >> 2u][i & 3u] = value; }

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  let block = i % layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let own = memberLayers[m * shape.layers + layer.index];
  if (own.passes == 0u) { return; }
  let seed = members[m].seed;
  let deltas = m * shape.scratch4 + layer.deltas + row * layer.units4;
  let kept = m * shape.scratch4 + layer.kept + row * layer.units4;
  if (own.reads != READS_ROW) {
    var delta = scratch[deltas + block];
    if (own.passThreshold > 0u) { delta *= dropout_factors(layer, masked(own), seed, step, row, block); }
    scratch[deltas + block] = delta * derivative(own.passActivation, scratch[kept + block], own.a);
    return;
  }
  if (block > 0u) { return; }
  if (own.passThreshold > 0u) {
    for (var o = 0u; o < layer.units4; o++) { scratch[deltas + o] *= dropout_factors(layer, masked(own), seed, step, row, o); }
  }
  differentiate_row(own.passActivation, kept * 4u, deltas * 4u, layer.units);
}
