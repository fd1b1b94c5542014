// The batch's features as floats, scratch inputs (R, inputs4): rows by the epoch's order, bytes times `scale`. Padding becomes 0.
// Dispatch: (rows * positions * inputs4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> order: array<u32>;
@group(1) @binding(1) var<storage, read> features: array<u32>;
@group(1) @binding(2) var<storage, read_write> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let place = i / shape.inputs4;
  let row = place / shape.positions;
  let block = i % shape.inputs4;
  if (row >= step.rows) { return; }
  let m = runners[id.z];
  var source = step.first + row;
  if (step.training != 0u) { source = order[m * step.total + source]; }
  scratch[m * shape.scratch4 + i] = features_of(source * shape.positions + place % shape.positions, block);
}
