// A data set's features, `features`, as floats: bytes times `scale`. FEATURE_BYTES is 1 or 4; byte rows are not aligned, so bytes are read
// one by one.

override FEATURE_BYTES: u32 = 4u;
override SCALE: f32 = 1.0;

fn feature(i: u32) -> f32 {
  if (FEATURE_BYTES == 4u) { return bitcast<f32>(features[i]); }
  return f32((features[i >> 2u] >> ((i & 3u) << 3u)) & 255u) * SCALE;
}

// Features 4 block … 4 block + 3 of a row's position, counted through all rows, 0 where there are none.
fn features_of(row: u32, block: u32) -> vec4f {
  let start = row * shape.inputs + block * 4u;
  let left = shape.inputs - block * 4u;
  var x = vec4f(0.0);
  x.x = feature(start);
  if (left > 1u) { x.y = feature(start + 1u); }
  if (left > 2u) { x.z = feature(start + 2u); }
  if (left > 3u) { x.w = feature(start + 3u); }
  return x;
}
