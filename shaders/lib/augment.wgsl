// Where the places of an output look in an image, as assembly/layers/augment.ts has it.

const UNIT: f32 = 5.9604644775390625e-8; // 2^-24

// cos(2 pi turns), within 1e-7: WGSL's own cos may be off by 5e-4.
fn cosine(turns: f32) -> f32 {
  let x = (0.25 - abs(turns - floor(turns + 0.5))) * 6.283185307179586;
  let s = x * x;
  return x * (1.0 - s * (1.6666667e-1 - s * (8.3333333e-3 - s * (1.9841270e-4 - s * (2.7557319e-6 - s * 2.5052108e-8)))));
}

// Of place (y, x) row dot(down, (y, x, 1)) and column dot(across, (y, x, 1)).
struct Map {
  down: vec3f,
  across: vec3f,
}

fn map_of(own: MemberLayer, m: u32, b: u32) -> Map {
  var down = vec3f(1.0, 0.0, 0.0);
  var across = vec3f(0.0, 1.0, 0.0);
  if (step.training == 0u) {
    if (layer.kind == LAYER_KIND_RANDOM_CROP) {
      down.z = f32(layer.top);
      across.z = f32(layer.left);
    }
    return Map(down, across);
  }
  let words = philox(vec4u(b, step.step, step.epoch, 0u), vec2u(members[m].seed, PURPOSE_AUGMENT | (layer.index << 8u)));
  let parts = vec2f(words.xy >> vec2u(8u)) * UNIT;
  let size = vec2f(f32(layer.imageRows), f32(layer.columns));
  let middle = (size - 1.0) * 0.5;
  switch (layer.kind) {
    case LAYER_KIND_RANDOM_CROP: {
      down.z = f32(multiply_high(words.x, layer.imageRows - layer.positions / layer.outColumns + 1u));
      across.z = f32(multiply_high(words.y, layer.columns - layer.outColumns + 1u));
    }
    case LAYER_KIND_RANDOM_FLIP: {
      if (own.parameter > 0.0 && words.x >> 31u == 1u) { down = vec3f(-1.0, 0.0, size.x - 1.0); }
      if (own.second > 0.0 && words.y >> 31u == 1u) { across = vec3f(0.0, -1.0, size.y - 1.0); }
    }
    case LAYER_KIND_RANDOM_TRANSLATION: {
      down.z = (1.0 - 2.0 * parts.x) * own.parameter * size.x;
      across.z = (1.0 - 2.0 * parts.y) * own.second * size.y;
    }
    case LAYER_KIND_RANDOM_ZOOM: {
      down.x = 1.0 + (2.0 * parts.x - 1.0) * own.parameter;
      across.y = select(1.0 + (2.0 * parts.y - 1.0) * own.second, down.x, own.second < 0.0);
      down.z = middle.x * (1.0 - down.x);
      across.z = middle.y * (1.0 - across.y);
    }
    default: {
      let turns = (2.0 * parts.x - 1.0) * own.parameter;
      let c = cosine(turns);
      let s = cosine(turns - 0.25);
      down = vec3f(c, s, middle.x - (c * middle.x + s * middle.y));
      across = vec3f(-s, c, middle.y - (c * middle.y - s * middle.x));
    }
  }
  return Map(down, across);
}

// A place beside the n cells of an axis as one of them; -1 where there is none.
fn inside(i: i32, n: i32, fill: u32) -> i32 {
  if (i >= 0 && i < n) { return i; }
  if (fill == FILL_CONSTANT) { return -1; }
  if (fill == FILL_NEAREST) { return clamp(i, 0, n - 1); }
  let period = select(n, 2 * n, fill == FILL_REFLECT);
  let k = (i % period + period) % period;
  return select(period - 1 - k, k, k < n);
}

// The four cells around where an output place looks, -1 where there is none, and the part that each has in it.
struct Look {
  cells: vec4i,
  parts: vec4f,
}

fn look(map: Map, place: u32, fill: u32) -> Look {
  let at = vec3f(f32(place / layer.outColumns), f32(place % layer.outColumns), 1.0);
  let seen = vec2f(dot(map.down, at), dot(map.across, at));
  let first = floor(seen);
  let rest = seen - first;
  let corner = vec2i(first);
  let size = vec2i(i32(layer.imageRows), i32(layer.columns));
  let rows = vec2i(inside(corner.x, size.x, fill), inside(corner.x + 1, size.x, fill));
  let columns = vec2i(inside(corner.y, size.y, fill), inside(corner.y + 1, size.y, fill));
  let cells = rows.xxyy * size.y + columns.xyxy;
  return Look(
    select(cells, vec4i(-1), (rows.xxyy < vec4i(0)) | (columns.xyxy < vec4i(0))),
    vec4f(1.0 - rest.x, 1.0 - rest.x, rest.x, rest.x) * vec4f(1.0 - rest.y, rest.y, 1.0 - rest.y, rest.y),
  );
}
