// Layer normalization: a row is cut into `groups` runs of positions, each normalised by itself. A workgroup takes a group; its mean and
// 1 / sqrt(variance + epsilon) are kept in `statistics`, x and y of a vec4 a group.

fn run() -> u32 { return layer.positions / layer.groups; }

// Of vec4 `block` of a position, the numbers that are no padding.
fn inside(block: u32) -> vec4<bool> { return vec4u(block * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(layer.units); }

fn all_of(mine: vec4f, thread: u32) -> f32 { return dot(total_of(mine, thread), vec4f(1.0)); }
