// Whether a position of the batch counts in a normalization: where its step's token is not 0.
fn counts(base: u32, row: u32) -> bool {
  if (layer.mask == NONE) { return true; }
  let step = row % layer.positions;
  return scratch[base + layer.mask + row / layer.positions * layer.mask4 + step / 4u][step % 4u] != 0.0;
}
