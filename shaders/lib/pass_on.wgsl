// A delta by an output of the layer below, for kinds whose outputs are made one by one.
fn pass_on(delta: vec4f, m: u32, row: u32, block: u32) {
  let base = m * shape.scratch4;
  let at = row * layer.inputs4 + block;
  let own = memberLayers[m * shape.layers + layer.reads];
  finish(delta, layer_below(), own, m, row, block, base + layer.source + at, base + layer.below + at);
}
