// What dense_input_gradient_8x8 and dense_input_gradient_tiled share: what they read and write, and what becomes of a sum.

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

// Deltas of outputs that other layers read as well are kept as they are: shaders/add_deltas.wgsl.
fn finish(sum: vec4f, below: Layer, own: MemberLayer, m: u32, row: u32, block: u32, outputs: u32, at: u32) {
  if (layer.merged == NONE) {
    finish_all(sum, below, own, m, row, block, outputs, at);
  } else if (block < layer.inputs4) {
    scratch[at] = sum;
  }
}

fn finish_all(sum: vec4f, below: Layer, own: MemberLayer, m: u32, row: u32, block: u32, outputs: u32, at: u32) {
  if (block >= layer.inputs4) { return; }
  var delta = sum * derivative(own.activation, scratch[outputs] * own.keep, own.parameter);
  var factors = vec4f(1.0);
  if (own.threshold > 0u) {
    factors = dropout_factors(below, own, members[m].seed, step, row, block);
    delta *= factors;
  }
  if (finished_later(own.activation)) { delta = later_delta(own, sum, factors, scratch[at]); }
  scratch[at] = delta;
}

// What dropout_factors reads of the layer below.
fn layer_below() -> Layer {
  var below = layer;
  below.units4 = layer.inputs4;
  below.index = layer.reads;
  below.positions = layer.inputPositions;
  return below;
}
