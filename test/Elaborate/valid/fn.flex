# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R3: functions are pure, may return instances, and may call themselves.
use std
fn power(x: real, n: int) = if n == 0 then 1 else x * power(x, n - 1)
fn wide(out: int) = Linear(out)
network N() (x: [n] on grid[2]) -> [10] = power(global_mean(x), 3) |> head: wide(10)
experiment main = N() |> Classify(shapes())
# CHECK: parameter head.bias [10]
# CHECK: [[MEAN:%[0-9]+]] = div {{.*}} : [3] on samples
# CHECK: mul [[MEAN]] [[MEAN]]
