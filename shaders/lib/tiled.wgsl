// Of kernels whose workgroups copy tiles of both operands to their own memory. A workgroup is SIDE x SIDE invocations and makes
// 4 SIDE x 4 SIDE numbers, an invocation 4 x 4. Nothing past the operands' ends is added to a sum, so it has the bits it has elsewhere.

override SIDE: u32 = 8u;
// Of the update: along a side of the tiles of 64 x 64 that `layerTable` counts. It stands here because Naga (Firefox, Deno) panics on an override that is
// computed from another one and comes after arrays which that one sizes.
override PARTS: u32 = 16u / SIDE;
const DEPTH4: u32 = 4u; // vec4s of the summed dimension that a tile holds, or rows / 4 of it

var<workgroup> leftTile: array<vec4f, 4u * SIDE * DEPTH4>;
var<workgroup> rightTile: array<vec4f, 4u * SIDE * DEPTH4>;
