// What dense_input_gradient_8x8 and dense_input_gradient_tiled share: what they read and write, and what becomes of a sum.

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

fn finish(sum: vec4f, below: Layer, own: MemberLayer, m: u32, row: u32, block: u32, outputs: u32, at: u32) {
  if (block >= layer.inputs4) { return; }
  var delta = sum * derivative(own.activation, scratch[outputs] * own.keep, own.parameter);
  if (own.threshold > 0u) { delta *= dropout_factors(below, own, members[m].seed, step, row, block); }
  scratch[at] = delta;
}

// What dropout_factors reads of the layer below.
fn layer_below() -> Layer {
  var below = layer;
  below.units4 = layer.inputs4;
  below.index = layer.index - 1u;
  return below;
}
