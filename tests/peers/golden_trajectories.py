#!/usr/bin/env python3
"""Writes what PyTorch's optimizers, schedules and gradient clipping do, in the format of trajectories.json.

    golden_trajectories.py tensor-core/src/test/resources/golden/trajectories-more

Every setting of every optimizer, in float32 and float64; schedules with the momentum where they move it.
A case of a schedule made of others has theirs under "schedulers". "LambdaLR" is 1 / (1 + a * step),
"MultiplicativeLR" is 1 - a / step. A case with "clip" has the gradients before and after, one with
"average" weights and their average.
"""
import json
import math
import os
import sys
import torch
from torch.optim import lr_scheduler, swa_utils
from golden_cases import write_safetensors

SHAPES = [(2, 3), (4,)]
generator = torch.Generator().manual_seed(20)
cases, tensors = [], {}


def normal(shape, dtype=torch.float32):
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)


def optimizer(name, kind, config, dtype=torch.float32, steps=6):
    name = f"optim/{name}" + ("_f64" if dtype == torch.float64 else "")
    parameters = [torch.nn.Parameter(normal(shape, dtype)) for shape in SHAPES]
    for i, parameter in enumerate(parameters):
        tensors[f"{name}/init{i}"] = parameter.detach().clone()
    optimizer = getattr(torch.optim, kind)(parameters, foreach=False, **config)
    for step in range(steps):
        for i, parameter in enumerate(parameters):
            parameter.grad = normal(parameter.shape, dtype)
            tensors[f"{name}/grad{i}.step{step}"] = parameter.grad.clone()
        optimizer.step()
        for i, parameter in enumerate(parameters):
            tensors[f"{name}/param{i}.step{step}"] = parameter.detach().clone()
    cases.append({"name": name, "optimizer": kind, "config": config, "params": len(SHAPES), "steps": steps})


def rosenbrock(parameters):
    values = torch.cat([parameter.reshape(-1) for parameter in parameters])
    head, tail = values[:-1], values[1:]
    return (10 * (tail - head.square()).square() + (1 - head).square()).sum()


def closure(name, config, steps=4):
    """L-BFGS on Rosenbrock's function of all elements."""
    name = f"optim/{name}"
    parameters = [torch.nn.Parameter(normal(shape, torch.float64)) for shape in SHAPES]
    for i, parameter in enumerate(parameters):
        tensors[f"{name}/init{i}"] = parameter.detach().clone()
    optimizer = torch.optim.LBFGS(parameters, **config)

    def evaluate():
        optimizer.zero_grad()
        loss = rosenbrock(parameters)
        loss.backward()
        return loss

    for step in range(steps):
        optimizer.step(evaluate)
        for i, parameter in enumerate(parameters):
            tensors[f"{name}/param{i}.step{step}"] = parameter.detach().clone()
    cases.append({"name": name, "optimizer": "LBFGS", "function": "rosenbrock", "config": config,
                  "params": len(SHAPES), "steps": steps})


OPTIMIZERS = {
    "ASGD": [{"lr": 0.05}, {"lr": 0.1, "lambd": 0.2, "alpha": 0.5, "t0": 2, "weight_decay": 0.1},
             {"lr": 0.1, "t0": 0, "maximize": True}],
    "Adadelta": [{"lr": 0.5, "rho": 0.7, "eps": 1e-3, "weight_decay": 0.1}, {"maximize": True}],
    "Adagrad": [{"lr": 0.1, "lr_decay": 0.3, "weight_decay": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-3},
                {"maximize": True}],
    "Adam": [{"lr": 0.01, "betas": [0.5, 0.7], "eps": 1e-2}, {"lr": 0.1, "amsgrad": True, "maximize": True,
             "weight_decay": 0.2}, {}],
    "AdamW": [{"lr": 0.1, "amsgrad": True, "betas": [0.8, 0.6], "eps": 1e-4}, {"maximize": True, "weight_decay": 0.5}],
    "Adamax": [{"lr": 0.05, "betas": [0.6, 0.8], "eps": 1e-3, "weight_decay": 0.1}, {"maximize": True}],
    "NAdam": [{"lr": 0.05, "betas": [0.6, 0.8], "eps": 1e-3, "weight_decay": 0.1, "momentum_decay": 0.1},
              {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}, {"maximize": True}],
    "RAdam": [{"lr": 0.05, "betas": [0.6, 0.99], "eps": 1e-3, "weight_decay": 0.1},
              {"lr": 0.05, "betas": [0.9, 0.8], "weight_decay": 0.1, "decoupled_weight_decay": True},
              {"maximize": True}],
    "RMSprop": [{"lr": 0.05, "alpha": 0.8, "eps": 1e-3, "weight_decay": 0.1}, {"lr": 0.05, "centered": True},
                {"lr": 0.05, "momentum": 0.8}, {"lr": 0.02, "momentum": 0.5, "centered": True, "maximize": True}],
    "Rprop": [{"lr": 0.1, "etas": [0.3, 1.7], "step_sizes": [0.05, 0.2]}, {"maximize": True}],
    "SGD": [{"lr": 0.1, "momentum": 0.8, "dampening": 0.3, "maximize": True}, {"weight_decay": 0.3},
            {"lr": 0.1, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1, "maximize": True}],
}


def make(optimizer, kind, config):
    config = dict(config)
    if kind in ("SequentialLR", "ChainedScheduler"):
        parts = [make(optimizer, part["scheduler"], part["config"]) for part in config.pop("schedulers")]
        if kind == "ChainedScheduler":
            return lr_scheduler.ChainedScheduler(parts, optimizer)
        return lr_scheduler.SequentialLR(optimizer, parts, **config)
    if kind == "LambdaLR":
        return lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + config["a"] * step))
    if kind == "MultiplicativeLR":
        return lr_scheduler.MultiplicativeLR(optimizer, lambda step: 1 - config["a"] / step)
    owner = swa_utils if kind == "SWALR" else lr_scheduler
    return getattr(owner, kind)(optimizer, **config)


def schedule(name, kind, config, steps=20, base_lr=0.1, metrics=None):
    name = f"schedule/{name}"
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base_lr, momentum=0.9)
    scheduler = make(optimizer, kind, config)
    rates, momentums = [], []
    for step in range(len(metrics) if metrics else steps):
        if metrics:
            scheduler.step(metrics[step])
        rates.append(optimizer.param_groups[0]["lr"])
        momentums.append(optimizer.param_groups[0]["momentum"])
        if not metrics:
            optimizer.step()
            scheduler.step()
    case = {"name": name, "scheduler": kind, "base_lr": base_lr, "config": config, "steps": len(rates)}
    if metrics:
        case["metrics"] = metrics
    cases.append(case)
    tensors[f"{name}/lr"] = torch.tensor(rates, dtype=torch.float64)
    if kind in ("CyclicLR", "OneCycleLR") and config.get("cycle_momentum", True):
        tensors[f"{name}/momentum"] = torch.tensor(momentums, dtype=torch.float64)


def part(kind, **config):
    return {"scheduler": kind, "config": config}


def clip(name, kind, scale, **config):
    name = f"clip/{name}"
    parameters = [torch.nn.Parameter(torch.zeros(shape)) for shape in SHAPES]
    for i, parameter in enumerate(parameters):
        parameter.grad = normal(parameter.shape) * scale
        tensors[f"{name}/grad{i}"] = parameter.grad.clone()
    arguments = {key: math.inf if value == "inf" else value for key, value in config.items()}
    if kind == "norm":
        tensors[f"{name}/total_norm"] = torch.nn.utils.clip_grad_norm_(parameters, **arguments)
    else:
        torch.nn.utils.clip_grad_value_(parameters, **arguments)
    for i, parameter in enumerate(parameters):
        tensors[f"{name}/clipped{i}"] = parameter.grad.clone()
    cases.append({"name": name, "clip": kind, "config": config, "params": len(SHAPES)})


def average(name, kind, steps=6, **config):
    """The average of weights that change at random."""
    name = f"average/{name}"
    model = torch.nn.ParameterList([torch.nn.Parameter(normal(shape)) for shape in SHAPES])
    function = swa_utils.get_ema_multi_avg_fn(**config) if kind == "ema" else swa_utils.get_swa_multi_avg_fn()
    averaged = swa_utils.AveragedModel(model, multi_avg_fn=function)
    for step in range(steps):
        for i, parameter in enumerate(model):
            parameter.data = normal(parameter.shape)
            tensors[f"{name}/param{i}.step{step}"] = parameter.detach().clone()
        averaged.update_parameters(model)
        for i, parameter in enumerate(averaged.module):
            tensors[f"{name}/average{i}.step{step}"] = parameter.detach().clone()
    cases.append({"name": name, "average": kind, "config": config, "params": len(SHAPES), "steps": steps})


for kind, configs in OPTIMIZERS.items():
    for i, config in enumerate(configs):
        for dtype in (torch.float32, torch.float64):
            optimizer(f"{kind.lower()}{i}", kind, config, dtype)
optimizer("radam_long", "RAdam", {"lr": 0.01}, steps=20)
closure("lbfgs", {"lr": 0.1, "max_iter": 4})
closure("lbfgs_short", {"lr": 0.2, "max_iter": 5, "history_size": 3})
closure("lbfgs_wolfe", {"max_iter": 5, "line_search_fn": "strong_wolfe"})
closure("lbfgs_wolfe_short", {"lr": 0.7, "max_iter": 6, "max_eval": 9, "history_size": 2,
                              "line_search_fn": "strong_wolfe"}, steps=3)
closure("lbfgs_end", {"line_search_fn": "strong_wolfe", "tolerance_grad": 1e-3, "tolerance_change": 1e-5}, steps=6)

schedule("constant", "ConstantLR", {})
schedule("cosine", "CosineAnnealingLR", {"T_max": 7})
schedule("cosine_min", "CosineAnnealingLR", {"T_max": 50, "eta_min": 0.02}, base_lr=0.7)
schedule("restarts", "CosineAnnealingWarmRestarts", {"T_0": 4})
schedule("restarts_growing", "CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2, "eta_min": 0.01}, steps=40)
schedule("cyclic", "CyclicLR", {"base_lr": 0.01, "max_lr": 0.2, "step_size_up": 4})
schedule("cyclic_down", "CyclicLR", {"base_lr": 0.01, "max_lr": 0.2, "step_size_up": 3, "step_size_down": 5,
                                     "base_momentum": 0.5, "max_momentum": 0.97}, steps=30)
schedule("cyclic2", "CyclicLR", {"base_lr": 0.02, "max_lr": 0.3, "step_size_up": 2, "step_size_down": 5,
                                 "mode": "triangular2"}, steps=40)
schedule("cyclic_exp", "CyclicLR", {"base_lr": 0.02, "max_lr": 0.3, "step_size_up": 3, "mode": "exp_range",
                                    "gamma": 0.95, "cycle_momentum": False}, steps=40)
schedule("exponential", "ExponentialLR", {"gamma": 0.9}, steps=60)
schedule("lambda", "LambdaLR", {"a": 0.3})
schedule("multiplicative", "MultiplicativeLR", {"a": 0.3})
schedule("linear", "LinearLR", {})
schedule("linear_down", "LinearLR", {"start_factor": 1.0, "end_factor": 0.1, "total_iters": 12})
schedule("multi_step", "MultiStepLR", {"milestones": [2, 5, 5, 11]})
schedule("multi_step_start", "MultiStepLR", {"milestones": [0, 9, 4], "gamma": 0.5})
schedule("one_cycle", "OneCycleLR", {"max_lr": 0.3, "total_steps": 20})
schedule("one_cycle_epochs", "OneCycleLR", {"max_lr": 0.3, "epochs": 4, "steps_per_epoch": 5, "pct_start": 0.4,
                                            "anneal_strategy": "linear", "cycle_momentum": False})
schedule("one_cycle_three", "OneCycleLR", {"max_lr": 0.3, "total_steps": 20, "three_phase": True, "div_factor": 10.0,
                                           "final_div_factor": 100.0, "base_momentum": 0.7, "max_momentum": 0.9})
schedule("one_cycle_down", "OneCycleLR", {"max_lr": 0.3, "total_steps": 20, "pct_start": 0.0})
schedule("polynomial", "PolynomialLR", {})
schedule("polynomial_root", "PolynomialLR", {"total_iters": 15, "power": 0.5})
schedule("step", "StepLR", {"step_size": 3})
schedule("step_half", "StepLR", {"step_size": 1, "gamma": 0.5}, base_lr=3.0)
schedule("averaging", "SWALR", {"swa_lr": 0.02, "anneal_epochs": 6})
schedule("averaging_linear", "SWALR", {"swa_lr": 0.5, "anneal_epochs": 5, "anneal_strategy": "linear"})
schedule("sequential", "SequentialLR", {"schedulers": [part("LinearLR", total_iters=4), part("CosineAnnealingLR", T_max=9),
                                                       part("ExponentialLR", gamma=0.8)], "milestones": [4, 13]})
schedule("sequential_constant", "SequentialLR", {"schedulers": [part("ConstantLR", factor=0.1, total_iters=2),
                                                                part("StepLR", step_size=3, gamma=0.5)], "milestones": [3]})
schedule("chained", "ChainedScheduler", {"schedulers": [part("ConstantLR", factor=0.1, total_iters=5),
                                                        part("ExponentialLR", gamma=0.9),
                                                        part("LinearLR", start_factor=0.25, total_iters=7)]})
LOSSES = [3.0, 2.5, 2.6, 2.55, 2.499, 2.7, 2.8, 2.4, 2.41, 2.42, 2.43, 2.44, 2.45, 2.46, 2.47, 2.3, 2.31, 2.32, 2.33]
schedule("plateau", "ReduceLROnPlateau", {"patience": 2}, metrics=LOSSES)
schedule("plateau_abs", "ReduceLROnPlateau", {"patience": 1, "threshold": 0.15, "threshold_mode": "abs", "factor": 0.5},
         metrics=LOSSES)
schedule("plateau_max", "ReduceLROnPlateau", {"mode": "max", "patience": 0, "factor": 0.7, "cooldown": 2}, metrics=LOSSES)
schedule("plateau_max_abs", "ReduceLROnPlateau", {"mode": "max", "patience": 1, "factor": 0.7, "threshold": 0.5,
                                                  "threshold_mode": "abs"}, metrics=LOSSES)
schedule("plateau_min_lr", "ReduceLROnPlateau", {"patience": 0, "factor": 0.3, "min_lr": 0.004}, metrics=LOSSES)
schedule("plateau_eps", "ReduceLROnPlateau", {"patience": 0, "factor": 0.5, "eps": 0.02}, metrics=LOSSES)

clip("norm", "norm", 3.0, max_norm=1.0)
clip("norm_small", "norm", 0.01, max_norm=1.0)
clip("norm_inf", "norm", 3.0, max_norm=0.5, norm_type="inf")
clip("norm_1", "norm", 3.0, max_norm=2.0, norm_type=1.0)
clip("norm_3", "norm", 3.0, max_norm=2.0, norm_type=3.0)
clip("value", "value", 3.0, clip_value=0.5)

average("swa", "swa")
average("ema", "ema", decay=0.8)

os.makedirs(sys.argv[1], exist_ok=True)
with open(os.path.join(sys.argv[1], "trajectories.json"), "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases}, file, indent=1)
write_safetensors(os.path.join(sys.argv[1], "trajectories.safetensors"), tensors)
print(f"{len(cases)} cases in {sys.argv[1]}")
