"""Writes authors.pt, a small checkpoint as training code of PyTorch writes it: python make_authors.py"""
import os
import torch
from torch import nn

torch.manual_seed(0)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.mask_params = nn.Parameter(torch.tensor([[0.0, 0.25], [0.5, 0.75]]))
        self.register_buffer("train_length", torch.tensor([7], dtype=torch.int32))
        self.linear = nn.Conv2d(3, 2, 1)
        self.norm = nn.BatchNorm2d(2)

    def forward(self, x):
        return self.norm(self.linear(x)) * self.mask_params.sum()


class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.module = Layer()

    def forward(self, x):
        return self.module(x)


net = Wrapped()
with torch.no_grad():
    net.module.linear.weight.copy_(torch.arange(6.0).reshape(2, 3, 1, 1))
    net.module.linear.bias.copy_(torch.tensor([-1.5, 2.5]))
optimizer = torch.optim.Adam(net.parameters())
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
net(torch.ones(2, 3, 4, 4)).sum().backward()
with torch.no_grad():  # moments for the file, but exact numbers in the parameters
    kept = [p.clone() for p in net.parameters()]
    optimizer.step()
    for p, k in zip(net.parameters(), kept):
        p.copy_(k)
    net.module.norm.running_mean.copy_(torch.tensor([0.5, 1.5]))
    net.module.norm.running_var.copy_(torch.tensor([2.0, 3.0]))

here = os.path.dirname(os.path.abspath(__file__))
torch.save({"model": net.state_dict(), "optimizer": optimizer.state_dict(), "lr_scheduler": schedule.state_dict(),
            "epoch": 3, "accuracy": 0.9}, os.path.join(here, "authors.pt"))

# Every type, a transposed view, an offset view, a shared storage; nn.Parameter objects instead of plain tensors.
base = torch.arange(12.0).reshape(3, 4)
torch.save({"f16": torch.tensor([1.0, -2.5, 6e-8, float("inf")], dtype=torch.float16),
            "bf16": torch.tensor([1.0, -2.5], dtype=torch.bfloat16), "f64": torch.tensor([0.1], dtype=torch.float64),
            "i64": torch.tensor(-3), "u8": torch.tensor([200], dtype=torch.uint8), "bool": torch.tensor([True]),
            "transposed": base.t(), "row": base[1], "empty": torch.zeros(0, 4), "parameter": nn.Parameter(base[:, 3])},
           os.path.join(here, "tensors.pt"))
