// The factors of units 4 block … 4 block + 3 of row `row` of the batch: 0, or 1 / keep.
// Unit u of row b has word u % 4 of block b * ceil(units / 4) + u / 4 (docs/architecture.md, rule 2); spatially, all positions of a row have its one mask.
fn dropout_factors(layer: Layer, own: MemberLayer, seed: u32, step: Step, row: u32, block: u32) -> vec4f {
  let masked = select(row, row / layer.positions, own.spatial != 0u);
  let words = philox(vec4u(masked * layer.units4 + block, step.step, step.epoch, 0u), vec2u(seed, PURPOSE_DROPOUT | (layer.index << 8u)));
  return select(vec4f(0.0), vec4f(1.0 / own.keep), words >= vec4u(own.threshold));
}
