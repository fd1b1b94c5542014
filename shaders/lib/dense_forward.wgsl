// What dense_forward_8x8 and dense_forward_tiled share: what they read and write, and what becomes of a sum. The output layer of a
// cross-entropy leaves its sums to output_loss (its activation is linear in `memberLayers` then). Activations that are finished later leave sums too.

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

fn finish(sum: vec4f, own: MemberLayer, m: u32, row: u32, block: u32, at: u32) {
  if (block >= layer.units4) { return; }
  var y = activate(own.activation, sum, own.parameter);
  if (own.threshold > 0u && step.training != 0u && !finished_later(own.activation)) { y *= dropout_factors(layer, own, members[m].seed, step, row, block); }
  scratch[at] = y;
}
