// Group 0 is the same for every kernel: the session's tables, and by dynamic offset the layer and the batch at hand.
// Group 1 is the kernel's own.

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> layer: Layer; // dynamic offset
@group(0) @binding(2) var<uniform> step: Step; // dynamic offset
@group(0) @binding(3) var<storage, read> members: array<Member>;
@group(0) @binding(4) var<storage, read> memberLayers: array<MemberLayer>; // (P, layers)
@group(0) @binding(5) var<storage, read> runners: array<u32>; // the members of the dispatch
@group(0) @binding(6) var<uniform> layerTable: array<Layer, 64>;
