// What activate and activate_gradient share.

// dropout_factors reads what a fused layer's own are.
fn masked(own: MemberLayer) -> MemberLayer {
  var it = own;
  it.keep = own.passKeep;
  it.threshold = own.passThreshold;
  return it;
}
