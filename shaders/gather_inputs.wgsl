// The batch's features as floats, scratch inputs (R, inputs4): rows by the epoch's order, bytes times `scale`. Padding becomes 0.
// Dispatch: (rows * inputs4 / 64, 1, runners). FEATURE_BYTES is 1 or 4; byte rows are not aligned, so bytes are read one by one.

@group(1) @binding(0) var<storage, read> order: array<u32>;
@group(1) @binding(1) var<storage, read> features: array<u32>;
@group(1) @binding(2) var<storage, read_write> scratch: array<vec4f>;

override FEATURE_BYTES: u32 = 4u;
override SCALE: f32 = 1.0;

fn feature(i: u32) -> f32 {
  if (FEATURE_BYTES == 4u) { return bitcast<f32>(features[i]); }
  return f32((features[i >> 2u] >> ((i & 3u) << 3u)) & 255u) * SCALE;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let row = i / shape.inputs4;
  let block = i % shape.inputs4;
  if (row >= step.rows) { return; }
  let m = runners[id.z];
  var source = step.first + row;
  if (step.training != 0u) { source = order[m * step.total + source]; }
  let start = source * shape.inputs + block * 4u;
  let left = shape.inputs - block * 4u;
  var x = vec4f(0.0);
  x.x = feature(start);
  if (left > 1u) { x.y = feature(start + 1u); }
  if (left > 2u) { x.z = feature(start + 2u); }
  if (left > 3u) { x.w = feature(start + 3u); }
  scratch[m * shape.scratch4 + i] = x;
}
