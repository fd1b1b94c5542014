// The row of an embedding's table of a token. What is no row is refused long before; here it only must not be read.
fn token_of(base: u32, b: u32, t: u32) -> u32 {
  let value = scratch[base + layer.source + b * layer.inputs4 + t / 4u][t % 4u];
  return min(u32(max(value, 0.0)), layer.rows - 1u);
}
