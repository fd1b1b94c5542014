// Of the cell that begins at `at` the channels that four outputs are made of, each `times` outputs.
fn channels_of(at: u32, block: u32, times: u32) -> vec4f {
  var x = vec4f(0.0);
  for (var j = 0u; j < 4u; j++) {
    let c = (block * 4u + j) / times;
    if (c < layer.inputs) { x[j] = scratch[at + c / 4u][c % 4u]; }
  }
  return x;
}
