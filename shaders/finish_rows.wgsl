// As finish_cells, of activations over whole rows; an invocation a row. Forwards in training, where a layer drops outputs, all of them are kept where the
// deltas will be. BACKWARDS: the deltas by the outputs become those by the sums. Dispatch: (rows / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<f32>;

override BACKWARDS: bool = false;

fn number(i: u32) -> f32 { return scratch[i]; }
fn set_number(i: u32, value: f32) { scratch[i] = value; }

fn factors_of(it: Layer, own: MemberLayer, seed: u32, batch: Step, row: u32, block: u32) -> vec4f {
  if (own.threshold == 0u) { return vec4f(1.0); }
  return dropout_factors(it, own, seed, batch, row, block);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.y * groups.x * 64u + id.x;
  let m = runners[id.z];
  let own = memberLayers[m * shape.layers + layer.index];
  if (row >= step.rows * layer.positions || !is_of_rows(own.activation)) { return; }
  let seed = members[m].seed;
  let y = (m * shape.scratch4 + layer.outputs + row * layer.units4) * 4u;
  let d = (m * shape.scratch4 + layer.deltas + row * layer.units4) * 4u;
  if (BACKWARDS) {
    differentiate_row(layer, own, seed, step, row, d, y);
    return;
  }
  activate_row(own.activation, y, layer.units);
  if (step.training == 0u || own.threshold == 0u) { return; }
  drop_row(layer, own, seed, step, row, d, y);
}
