// Gathers point-local ops into `flex.points` regions, one loop nest each, and decides what is stored between them.
//
// After the pass a network holds regions, the ops that are calls (correlate and its gradients, draw, crop, count, rate)
// and its yield; nothing else. The rules of a region, which the emitter may rely on:
//
//  1. It has one domain D: samples, a space, both, or neither ("uniform"). A `!flex.key` comes in as an operand, too.
//  2. Operands are fields whose domain is contained in D, with one exception: the operand of `last` has a space that D
//     lacks, and is used by `last` alone.
//  3. Every op of the body has a result over D, or over less than D; the latter only `constant`, `positions`, `reshape`,
//     `extract`, `stack` and `broadcast`: copies, no arithmetic. `place_last` has its operand over D less the space.
//     A sum over channel axes alone (neither `samples` nor `space`) is an ordinary op.
//  4. A result is one of
//       field      over exactly D;
//       reduction  of D to a uniform value: a `sum` over all of D and no channel axes, or an `outer`;
//       partial    `sum {space}` of D = samples x space to samples, no channel axes. A region with a partial result has
//                  partial results only.
//     A reduction or partial sum has no use but the yield; they stand in a row directly before it. No value is yielded
//     twice. In a uniform region `outer` is a reduction over the one point that there is.
//  5. `sum {samples}` of samples x space is an error of this pass ("not built yet"). A sum over channels and the domain
//     is split into the two, channels first.
//
// What is stored: what a call, the network's yield or a region over another domain reads; reductions; and of the rest,
// in the program's order, a value over samples that several ops read and that would cost more to compute again than to
// load (see `worthStoring`). Everything else is computed again in every region that needs it: over taps (a space without
// samples) that means the whole kernel network, whose backward stores nothing of its forward. What turns out to be used
// in its own region only is not stored after all.
//
// Regions are filled in the program's order: a value joins the first region of its domain that comes after all that it
// waits for, and reads what it reads (over taps, elements and uniform values: any), else begins one. So a region stands
// where its first value stood, and results do not depend on hash order.
//
// What it does not do: reorder calls, choose layouts, split regions by size.
