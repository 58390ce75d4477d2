# RUN: not flexc check %s 2>&1 | FileCheck %s
# R34: stages pass on what they have.
use std
recipe Silent(data: data) (net: network) {
  loss = cross_entropy(net(data.x), data.label)
  optimizer = Adam(0.01)
}
experiment unknown {
  let first = FlexNet(c = 2, factors = [1]) |> Classify(shapes())
  moved = first.metrics
}
# CHECK: stages.flex:[[@LINE-2]]:17: error: the result of a stage has no 'metrics'
# CHECK: hint: did you mean 'metric'?
experiment silent {
  let first = FlexNet(c = 2, factors = [1]) |> Silent(shapes())
  moved = first.metric
}
# CHECK: stages.flex:[[@LINE-2]]:17: error: the recipe of this stage assigns no `metric`
experiment untrained {
  let moved = FlexNet(c = 2, factors = [1]) |> Evaluate(shapes())
}
# CHECK: stages.flex:[[@LINE-2]]:15: error: `Evaluate` takes the result of a stage, got the network 'FlexNet'
experiment channels {
  let first = FlexNet(c = 2, factors = [1]) |> Classify(shapes())
  let moved = first |> Evaluate(mnist())
}
# CHECK: stages.flex:[[@LINE-2]]:15: error: the network was made for 3 channels on grid[2], but this data has 1 on grid[2]
experiment twice {
  let first = FlexNet(c = 2, factors = [1]) |> Classify(shapes())
  a = first.metric
  a = first.loss
}
# CHECK: stages.flex:[[@LINE-2]]:3: error: the result 'a' is assigned twice in one round
experiment whole {
  let first = FlexNet(c = 2, factors = [1]) |> Classify(shapes())
  a = first
}
# CHECK: stages.flex:[[@LINE-2]]:7: error: a result is a number, got the result of a stage
# CHECK: hint: write .metric or .loss behind it
experiment compared {
  let first = FlexNet(c = 2, factors = [1]) |> Classify(shapes())
  a = first.metric < 2
}
# CHECK: stages.flex:[[@LINE-2]]:7: error: results can be added, subtracted, multiplied and divided
