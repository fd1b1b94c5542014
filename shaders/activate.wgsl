// What is not fused with a layer's products: the activation, then in training dropout, of a member's layer that `passes`: in place of a dense one,
// from inputs to outputs of others. In training what the derivative reads is kept, before dropout.
// An invocation makes four outputs, or those of a whole row. Dispatch: (rows * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

fn number(i: u32) -> f32 { return scratch[i >> 2u][i & 3u]; }
fn set_number(i: u32, value: f32) { scratch[i >> 2u][i & 3u] = value; }

fn finish(x: vec4f, y: vec4f, own: MemberLayer, m: u32, row: u32, block: u32) {
  let place = row * layer.units4 + block;
  let base = m * shape.scratch4;
  var out = y;
  if (step.training != 0u) {
    scratch[base + layer.kept + place] = select(y, x, own.reads == READS_SUM);
    if (own.passThreshold > 0u) { out *= dropout_factors(layer, masked(own), members[m].seed, step, row, block); }
  }
  scratch[base + layer.outputs + place] = out;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  let block = i % layer.units4;
  if (row >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let own = memberLayers[m * shape.layers + layer.index];
  if (own.passes == 0u) { return; }
  let base = m * shape.scratch4;
  let source = base + select(layer.source, layer.outputs, layer.kind == LAYER_KIND_DENSE) + row * layer.units4;
  if (own.reads != READS_ROW) {
    let x = scratch[source + block];
    finish(x, activate(own.passActivation, x, own.a), own, m, row, block);
    return;
  }
  if (block > 0u) { return; }
  let outputs = base + layer.outputs + row * layer.units4;
  for (var o = 0u; o < layer.units4; o++) { scratch[outputs + o] = scratch[source + o]; }
  activate_row(own.passActivation, outputs * 4u, layer.units);
  for (var o = 0u; o < layer.units4; o++) {
    let y = scratch[outputs + o];
    finish(y, y, own, m, row, o);
  }
}
