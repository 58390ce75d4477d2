# Two seeds, each trained, measured on other data and trained on.
use std
experiment main(seeds: list = [1, 2]) {
  for s in seeds {
    let first = FlexNet(c = 2, factors = [1])
      |> Classify(shapes(train = 60, test = 20), seed = s, batch = 10, length = 2 epochs, warmup = 1 epoch)
    let moved = first |> Evaluate(shapes(test = 30))
    let tuned =
      first |> Classify(shapes(train = 40, test = 20), seed = s, batch = 10, length = 2 epochs, warmup = 0 epochs)
    accuracy  = first.metric
    moved     = moved.loss - first.loss
    tuned     = tuned.loss
  }
}
