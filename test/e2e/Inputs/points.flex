use std

fn none(n: size) = 0 * n
fn fewer(n: size) = n - 40
fn halved(n: size) = n / 2
fn Small(points: size -> size) = FlexNet(c = 2, factors = [1], conv = FlexConv(_, points = points))

experiment zero     = Small(none) |> Classify(shapes(train = 32, test = 32), length = 1 step)
experiment negative = Small(fewer) |> Classify(shapes(train = 32, test = 32), length = 1 step)
experiment even     = Small(same) |> Classify(shapes(train = 32, test = 32), length = 1 step)
experiment half     = Small(halved) |> Classify(shapes(train = 32, test = 32, resize = 30), length = 1 step)
