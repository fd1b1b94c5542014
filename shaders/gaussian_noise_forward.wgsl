// In training, normal noise on the inputs, by Box and Muller as assembly/layers/gaussianNoise.ts has it. An invocation makes four outputs.
// Dispatch: (rows * units4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

const UNIT: f32 = 5.9604644775390625e-8; // 2^-24

// cos(2 pi turns), within 1e-7: WGSL's own cos may be off by 5e-4.
fn cosine(turns: vec4f) -> vec4f {
  let x = (0.25 - abs(turns - floor(turns + 0.5))) * 6.283185307179586;
  let s = x * x;
  return x * (1.0 - s * (1.6666667e-1 - s * (8.3333333e-3 - s * (1.9841270e-4 - s * (2.7557319e-6 - s * 2.5052108e-8)))));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i / layer.units4 >= step.rows * layer.positions) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let deviation = memberLayers[m * shape.layers + layer.index].parameter;
  var x = scratch[base + layer.source + i];
  if (step.training != 0u && deviation > 0.0) {
    let words = philox(vec4u(i, step.step, step.epoch, 0u), vec2u(members[m].seed, PURPOSE_NOISE | (layer.index << 8u))) >> vec4u(8u);
    // From 2^-24 to 1, so that the logarithm is finite.
    let radius = sqrt(-2.0 * log(vec4f(words.xxzz + 1u) * UNIT));
    x += deviation * radius * cosine(vec4f(words.yyww) * UNIT - vec4f(0.0, 0.25, 0.0, 0.25));
  }
  scratch[base + layer.outputs + i] = x;
}
