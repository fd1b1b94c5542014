// Goes before everything else in a kernel of quads. Quads past a layer's end leave early, whole.
enable subgroups;
diagnostic(off, subgroup_uniformity);
