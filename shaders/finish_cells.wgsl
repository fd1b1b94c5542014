// Finishes a layer whose activation the products leave: activation and dropout, in place, and in training the derivative with dropout's factors where the
// layer's deltas will be. Members with another activation are left alone. Dispatch: (rows * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / layer.units4;
  let block = i % layer.units4;
  let m = runners[id.z];
  let own = memberLayers[m * shape.layers + layer.index];
  if (row >= step.rows * layer.positions || !finished_later(own.activation) || is_of_rows(own.activation)) { return; }
  let at = m * shape.scratch4 + i;
  var it = lift(own, scratch[at + layer.outputs]);
  if (step.training != 0u) {
    if (own.threshold > 0u) {
      let factors = dropout_factors(layer, own, members[m].seed, step, row, block);
      it.value *= factors;
      it.slope *= factors;
    }
    scratch[at + layer.deltas] = it.slope;
  }
  scratch[at + layer.outputs] = it.value;
}
