// How many positions of the batch count.
fn counted_of(base: u32, rows: u32, thread: u32) -> f32 {
  if (layer.mask == NONE) { return f32(rows); }
  var mine = 0.0;
  for (var row = thread; row < rows; row += THREADS) { mine += f32(counts(base, row)); }
  return max(total_of(vec4f(mine), thread).x, 1.0);
}
