// What lib/whole.wgsl asks for, where a member's numbers are in storage: one workgroup a tensor. Dispatch: (2, layers, runners).

@group(1) @binding(0) var<storage, read_write> state: array<vec4f>;
@group(1) @binding(1) var<storage, read> scalars: array<vec4f>; // (2, steps of a submission, runners)

const THREADS: u32 = 256u;
const PARTS: u32 = THREADS;
var<workgroup> parts: array<f32, PARTS>;
var<private> home: u32; // where the member's block of `state` is

fn part(p: u32) -> f32 { return parts[p]; }
fn set_part(p: u32, value: f32) { parts[p] = value; }
fn weight(i: u32) -> vec4f { return state[home + i]; }
fn set_weight(i: u32, value: vec4f) { state[home + i] = value; }
fn gradient(i: u32) -> vec4f { return state[home + shape.gradients + i]; }
fn set_gradient(i: u32, value: vec4f) { state[home + shape.gradients + i] = value; }
fn moment(s: u32, i: u32) -> vec4f { return state[home + (1u + s) * shape.parameters4 + i]; }
fn set_moment(s: u32, i: u32, value: vec4f) { state[home + (1u + s) * shape.parameters4 + i] = value; }
fn slot(i: u32) -> vec4f { return state[i]; }
fn set_slot(i: u32, value: vec4f) { state[i] = value; }
fn step_weight(i: u32, g: vec4f, member: Member, numbers: vec4f) { optimize(home + i, home + shape.parameters4 + i, g, member, numbers); }
