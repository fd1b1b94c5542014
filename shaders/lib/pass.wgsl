// What activate and activate_gradient share.

// dropout_factors reads what a fused layer's own are.
fn masked(own: MemberLayer) -> MemberLayer {
  var it = own;
  it.keep = own.passKeep;
  it.threshold = own.passThreshold;
  return it;
}
fn activate_row(kind: u32, start: u32, n: u32) {}
fn differentiate_row(kind: u32, outputs: u32, deltas: u32, n: u32) {}
