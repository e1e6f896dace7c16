"""Every optimiser's trajectory, every schedule, every initialiser's statistics agree with PyTorch's."""

import numpy as np
import pytest
from cases import our_optim
from cases.optim import INITIALISERS, OPTIMIZERS, SCHEDULES, SHAPES, name_of

import nn
from autograd import Tensor
from autograd.trees import map_tree

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
from oracles import torch_optim  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:.*lr_scheduler.step.*:UserWarning")


@pytest.mark.parametrize("case", OPTIMIZERS, ids=name_of)
def test_trajectories(case):
    np.testing.assert_allclose(our_optim.optimizer_path(case), torch_optim.optimizer_path(case), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("case", SCHEDULES, ids=name_of)
def test_schedules(case):
    got, expected = our_optim.schedule_rates(case, 200), torch_optim.schedule_rates(case, 200)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("case", INITIALISERS, ids=name_of)
def test_initialisers(case):
    for shape in SHAPES:
        our_optim.check_statistics(our_optim.statistics(case, shape), torch_optim.statistics(case, shape), shape)


def test_sequential_schedules():
    def run(optim, schedules, parameter):
        optimizer = optim.SGD([parameter], lr=0.5)
        first = schedules.LinearLR(optimizer, start_factor=0.1, total_iters=5)
        then = schedules.CosineAnnealingLR(optimizer, T_max=20)
        schedule = schedules.SequentialLR(optimizer, [first, then], milestones=[5])
        found = [optimizer.param_groups[0]["lr"]]
        for _ in range(30):
            optimizer.step()
            schedule.step()
            found.append(optimizer.param_groups[0]["lr"])
        return found

    theirs = run(torch.optim, torch.optim.lr_scheduler, torch.zeros(1, requires_grad=True))
    np.testing.assert_allclose(run(nn, nn, Tensor([0.0])), theirs, rtol=1e-12)


@pytest.mark.parametrize("name, args", [("Linear", (30, 40)), ("Conv2d", (6, 20, 5)), ("Bilinear", (9, 8, 30)),
                                        ("LSTM", (20, 30)), ("Embedding", (40, 30))])
def test_layers_start_as_widely_spread(name, args):
    theirs = getattr(torch.nn, name)(*args).state_dict()
    for key, x in getattr(nn, name)(*args, rng=0).state_dict().items():
        peer = theirs[key].numpy()
        assert abs(x.std() / peer.std() - 1) < 0.3 and abs(abs(x).max() / abs(peer).max() - 1) < 0.4, key


def test_clipping():
    rng = np.random.default_rng(0)
    for kind in (1.0, 2.0, 3.0, float("inf")):
        for limit in (0.1, 1.0, 100.0):
            mine, theirs = [Tensor(rng.normal(size=s)) for s in ((2, 3), (4,))], []
            for x in mine:
                x.grad = rng.normal(size=x.shape)
                theirs.append(torch.zeros(x.shape, dtype=torch.float64, requires_grad=True))
                theirs[-1].grad = torch.tensor(x.grad)
            norm = torch.nn.utils.clip_grad_norm_(theirs, limit, norm_type=kind)
            assert nn.clip_grad_norm_(mine, limit, norm_type=kind) == pytest.approx(float(norm), rel=1e-12)
            for x, y in zip(mine, theirs, strict=True):
                np.testing.assert_allclose(x.grad, y.grad.numpy(), rtol=1e-12)


def test_an_optimisers_state_moves_to_pytorch_and_back():
    for name, options in (("Adam", {}), ("SGD", {"momentum": 0.9}), ("RMSprop", {"momentum": 0.5, "centered": True})):
        x, y = Tensor(np.ones(3)), torch.ones(3, dtype=torch.float64, requires_grad=True)
        ours, theirs = getattr(nn, name)([x], **options), getattr(torch.optim, name)([y], **options)
        for _ in range(3):
            ours.zero_grad(), theirs.zero_grad()
            (x**3).sum().backward(), (y**3).sum().backward()
            ours.step(), theirs.step()
        fresh = getattr(nn, name)([x], **options)
        fresh.load_state_dict(theirs.state_dict())
        for key, value in ours.state_dict()["state"][0].items():
            np.testing.assert_allclose(fresh.state_dict()["state"][0][key], value, rtol=1e-12, err_msg=key)


@pytest.mark.parametrize("options", [options for name, options in OPTIMIZERS if name == "LBFGS"], ids=str)
def test_lbfgs_evaluates_as_often_and_its_state_moves_to_pytorch_and_back(options):
    start = np.array([-1.2, 1.0, 0.4])
    x, y = Tensor(start), torch.tensor(start, requires_grad=True)
    ours, theirs = nn.LBFGS([x], **options), torch.optim.LBFGS([y], **options)

    def closure(optimizer, p):
        def run():
            optimizer.zero_grad()
            loss = ((1 - p[:-1]) ** 2).sum() + 5 * ((p[1:] - p[:-1] ** 2) ** 2).sum()
            loss.backward()
            return loss

        return run

    for i in range(6):
        if i == 2:
            saved = theirs.state_dict()
            theirs.load_state_dict({**saved, "state": {0: torch_lbfgs(ours.state_dict()["state"][0])}})
            ours = nn.LBFGS([x])
            ours.load_state_dict(saved)
        ours.step(closure(ours, x))
        theirs.step(closure(theirs, y))
        np.testing.assert_allclose(x.data, y.detach().numpy(), rtol=1e-9, atol=1e-9)
        for name in ("func_evals", "n_iter"):
            assert ours.state[x][name] == theirs.state[y][name], (i, name)


def torch_lbfgs(state):
    """PyTorch's state also has what follows from the rest."""
    found = map_tree(lambda x: torch.tensor(x) if isinstance(x, np.ndarray) else x, state)
    ro = [1 / y.dot(s) for s, y in zip(found["old_stps"], found["old_dirs"], strict=True)]
    return {**found, "ro": ro, "prev_loss": None}


def test_a_schedules_state_moves_from_pytorch():
    for name, options in (("StepLR", {"step_size": 2}), ("ExponentialLR", {"gamma": 0.5}),
                          ("CosineAnnealingLR", {"T_max": 9})):
        ours = nn.SGD([Tensor([0.0])], lr=0.5)
        theirs = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
        mine, peer = getattr(nn, name)(ours, **options), getattr(torch.optim.lr_scheduler, name)(theirs, **options)
        for _ in range(4):
            theirs.step()
            peer.step()
        mine.load_state_dict(peer.state_dict())
        mine.step(), theirs.step(), peer.step()
        assert ours.lr == pytest.approx(theirs.param_groups[0]["lr"], rel=1e-12)


def test_groups_rates_and_one_cycles_of_their_own():
    def run(optim, schedules, a, b):
        optimizer = optim.Adam([{"params": [a], "lr": 0.1}, {"params": [b], "lr": 0.2}])
        schedule = schedules.OneCycleLR(optimizer, [0.5, 2.0], total_steps=40, base_momentum=[0.8, 0.7],
                                        max_momentum=[0.9, 0.95])
        found = []
        for _ in range(39):
            optimizer.step()
            schedule.step()
            found.append([[g["lr"], *g["betas"]] for g in optimizer.param_groups])
        return np.array(found)

    zeros = [torch.zeros(1, requires_grad=True) for _ in range(2)]
    theirs = run(torch.optim, torch.optim.lr_scheduler, *zeros)
    np.testing.assert_allclose(run(nn, nn, Tensor([0.0]), Tensor([0.0])), theirs, rtol=1e-12)


# ---- random options -------------------------------------------------------------------------------------------------
CHOICES = {
    "SGD": {"momentum": (0.0, 0.5, 0.9), "dampening": (0.0, 0.3)},
    "Adagrad": {"lr_decay": (0.0, 0.1), "initial_accumulator_value": (0.0, 0.2), "eps": (1e-10, 1e-3)},
    "RMSprop": {"alpha": (0.9, 0.5), "eps": (1e-8, 1e-2), "momentum": (0.0, 0.9), "centered": (True, False)},
    "Adam": {"betas": ((0.9, 0.99), (0.0, 0.9), (0.5, 0.0)), "eps": (1e-8, 1e-2), "amsgrad": (True, False)},
    "AdamW": {"betas": ((0.9, 0.99), (0.0, 0.9)), "amsgrad": (True, False)},
    "NAdam": {"betas": ((0.9, 0.99), (0.0, 0.9)), "momentum_decay": (0.0, 0.1), "decoupled_weight_decay": (True, False)},
}


@pytest.mark.parametrize("name", CHOICES)
def test_random_options_gradients_and_parameters(name):
    rng = np.random.default_rng(0)
    choices = {**CHOICES[name], "lr": (0.5, 0.01), "weight_decay": (0.0, 0.1), "maximize": (True, False)}
    for _ in range(40):
        dtype = rng.choice(["f8", "f8", "f4", "c16"])
        options = {key: values[rng.integers(len(values))] for key, values in choices.items() if rng.random() < 0.5}

        def draw(shape, dtype=dtype):
            return np.asarray(rng.normal(size=shape) + (1j * rng.normal(size=shape) if dtype == "c16" else 0), dtype)

        starts = [draw(shape) for shape in ((3,), (2, 2), (), (0,))]
        mine, peers = [Tensor(x) for x in starts], [torch.tensor(x, requires_grad=True) for x in starts]
        ours, theirs = getattr(nn, name)(mine, **options), getattr(torch.optim, name)(peers, **options)
        for step in range(6):
            for x, y in zip(mine, peers, strict=True):
                g = None if rng.random() < 0.2 else draw(x.shape)
                if g is not None and dtype == "f8" and name != "RMSprop" and step == 4 and rng.random() < 0.2:
                    g = g * np.inf
                x.grad, y.grad = g if g is None else np.asarray(np.conj(g)), g if g is None else torch.tensor(g)
            with np.errstate(all="ignore"):
                ours.step()
            theirs.step()
            if step == 2:
                ours = getattr(nn, name)(mine)
                ours.load_state_dict(theirs.state_dict())
        near = 1e-3 if dtype == "f4" else 1e-6 if name == "NAdam" else 1e-8  # PyTorch's NAdam keeps a product in float32
        for x, y in zip(mine, peers, strict=True):
            np.testing.assert_allclose(x.data, y.detach().numpy(), rtol=near, atol=near / 10, err_msg=f"{name} {options} {dtype}")


def test_schedules_that_work_together():
    rng = np.random.default_rng(0)
    make = {"StepLR": lambda: {"step_size": int(rng.integers(1, 4)), "gamma": 0.5}, "MultiStepLR": lambda: {"milestones": [2, 2, 5]},
            "ExponentialLR": lambda: {"gamma": 0.9}, "ConstantLR": lambda: {"factor": 0.3, "total_iters": int(rng.integers(1, 5))},
            "LinearLR": lambda: {"start_factor": 0.2, "total_iters": int(rng.integers(1, 5))},
            "CosineAnnealingLR": lambda: {"T_max": int(rng.integers(3, 6)), "eta_min": 0.01}, "LambdaLR": lambda: {"lr_lambda": lambda t: 1 / (1 + t)}}
    for _ in range(60):
        ours, theirs = nn.SGD([Tensor([0.0])], lr=0.3), torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
        names = rng.choice(list(make), size=rng.integers(1, 4))
        options = [make[name]() for name in names]
        mine = [getattr(nn, name)(ours, **o) for name, o in zip(names, options, strict=True)]
        peers = [getattr(torch.optim.lr_scheduler, name)(theirs, **o) for name, o in zip(names, options, strict=True)]
        if rng.random() < 0.4:
            milestones = sorted(rng.choice(range(1, 9), size=len(names) - 1, replace=False).tolist())
            mine = [nn.SequentialLR(ours, mine, milestones)]
            peers = [torch.optim.lr_scheduler.SequentialLR(theirs, peers, milestones)]
        for t in range(12):
            theirs.step()
            for schedule in (*mine, *peers):
                schedule.step()
            if t == 6 and rng.random() < 0.3 and len(mine) == len(names):
                ours.lr = theirs.param_groups[0]["lr"] = 0.7
            assert ours.lr == pytest.approx(float(theirs.param_groups[0]["lr"]), rel=1e-7, abs=1e-12), (names, options, t)
