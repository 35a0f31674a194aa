"""The checks of lesson 7's exercises: the four types, which steps carry the loss, and how an answer is chosen."""

import numpy as np

from helpers import losses, text
from helpers.exercises.compare import (
    NotYet,
    as_array,
    call,
    check_array,
    checking,
    checking_a_property,
    close,
    cut_to_whole,
    described,
    name_of,
    of_kind,
    shape_of,
    small,
    two_parts,
)


@checking
def spoken_mask(function, seed=0, tiny=0):
    """Exercise 1: function(n_read, n_said, T) -> (B, T) booleans, True at the steps of the unequal type that speak."""
    rng = np.random.default_rng(60 + seed)
    n_read, n_said = rng.integers(2, 5, size=5), rng.integers(2, 5, size=5)
    n_read[0] = n_said[0] + 1  # so that swapping the two is noticed
    if tiny:
        n_read, n_said = np.array([2, 1][:tiny]), np.array([1, 3][:tiny])
    total = n_read + n_said
    T = int(total.max()) + (1 if tiny else 2)
    read, run = text.mask(n_read, T), text.mask(total, T)
    want = run & ~read
    bugs = {
        "the steps that read are counted too; they are silent and carry no loss of their own.": run,
        "the padding after the answer is counted too; stop after n_read + n_said steps.": ~read,
        "those are the steps that read; the others speak.": read,
        "that is the wrong way round: True where a step speaks.": ~want,
        "off by one: with n_read steps of reading the first spoken one has index n_read.": np.roll(want, 1, axis=1),
        "off by one: index n_read - 1 is the last step that reads.": np.roll(want, -1, axis=1),
        "the last spoken step is missing: it has index n_read + n_said - 1.": text.mask(total - 1, T) & ~read,
        "the answer begins one step too early, with the last step that reads.": run & ~text.mask(n_read - 1, T),
        "the review is read first and answered after; you speak first.": text.mask(n_said, T),
        "the answer ends at step n_said; it ends n_said steps after the last word.": text.mask(n_said, T) & ~read,
    }
    bugs |= {
        "one step too many speaks: the last one has index n_read + n_said - 1.": text.mask(total + 1, T) & ~read,
        "the first spoken step is missing: it has index n_read.": run & ~text.mask(n_read + 1, T),
        "the answer stands at the end of the row; it begins right behind the last word that is read.": ~text.mask(
            T - n_said, T
        ),
        "n_read and n_said are exchanged.": run & ~text.mask(n_said, T),
        "the first row's numbers serve all rows; row b has n_read[b] and n_said[b].": np.broadcast_to(
            want[:1], want.shape
        ),
        "n_read[0] serves all rows, for the end too; row b has n_read[b].": (np.arange(T) >= n_read[0])
        & (np.arange(T) < n_read[0] + n_said[:, None]),
        "n_read[0] serves all rows; row b has n_read[b].": run & (np.arange(T) >= n_read[0]),
        "n_said[0] serves all rows; row b has n_said[b].": (np.arange(T) < n_read[:, None] + n_said[0]) & ~read,
    }
    got = call(function, n_read, n_said, T, hint="Compare np.arange(T) with a column: n_read[:, None].")
    check_array("mask", got, want, "(B, T)", bugs)
    of_kind("mask", got, bool, "expected booleans, since arrays are indexed with it")


@checking
def masked_loss(function, seed=0, variant="published", tiny=0):
    """Exercise 2: function(logits, targets, mask) -> loss, dlogits, weighted over sequences and steps by the variant."""
    rng = np.random.default_rng(61 + seed)
    B, T, K = {1: (1, 2, 2), 2: (2, 3, 2)}.get(tiny) or (4, 6 + seed % 3, 2 + seed % 2)
    lengths = np.array([1, 2][:B]) if tiny else rng.permutation([T - 1, T - 2, 2, 3])  # no row is full
    logits, targets, mask = small(rng, B, T, K), rng.integers(K, size=(B, T)), text.mask(lengths, T)
    count, everywhere = lengths[:, None], np.ones((B, T))
    last_twice = mask * np.where(np.arange(T) == count - 1, 2.0, 1.0)
    weights = {
        "published": mask / count / B,
        "per sequence": mask / B,
        "last counts twice": last_twice / last_twice.sum(),
    }
    told = {
        "published": "here each sequence is a mean of its own, and the sequences are averaged",
        "per sequence": "here the losses of a sequence are added up, and the sums are averaged over the sequences",
        "last counts twice": "here the last real step counts twice, and the total is divided by the sum of these weights",
    }[variant]
    wrong = {
        "padding is counted: leave out the positions where the mask is False.": {
            "published": everywhere / T / B,
            "per sequence": everywhere / B,
            "last counts twice": everywhere / everywhere.sum(),
        }[variant],
        "the sum leaves padding out, but you divide by its positions too; count the real ones.": mask / mask.size,
        f"that is the mean over all real positions, so that long sequences weigh more; {told}.": mask / mask.sum(),
        f"that is the sum over all real positions; {told}.": mask * 1.0,
        f"that averages within each sequence, but adds the sequences up; {told}.": mask / count,
        f"that averages within each sequence; {told}.": weights["published"],
        f"that adds up within each sequence; {told}.": weights["per sequence"],
        f"that counts the last step twice; {told}.": weights["last counts twice"],
        "the doubled weights are not in the divisor: divide by their sum.": last_twice / mask.sum(),
        "each sequence counts its last column twice; the last real step has index length - 1.": mask
        * (1 + (np.arange(T) == T - 1))
        / (mask * (1 + (np.arange(T) == T - 1))).sum(),
        f"the last real step alone counts; {told}.": mask * (np.arange(T) == count - 1) / B,
        f"the length of the first sequence divides all of them; {told}.": mask / lengths[0] / B,
        f"the largest length divides all of them; {told}.": mask / lengths.max() / B,
    }
    got = call(function, logits, targets, mask, hint="np.take_along_axis picks the target's entry of each row.")
    loss, dlogits = _loss_and_gradient(logits, targets, weights[variant])
    got = two_parts(name_of(function), got, "return loss, dlogits", (loss, dlogits))
    if shape_of(got[0]) != ():
        raise NotYet(f"loss is {described(got[0])}; expected a single number.")
    p, one_hot = losses.softmax(logits), np.eye(K)[targets]
    of_loss = {sentence: _loss_and_gradient(logits, targets, w)[0] for sentence, w in wrong.items()}
    of_loss |= {
        "the sign is wrong: the loss is minus the logarithm of the target's probability.": -loss,
        "that is minus the target's probability; take its logarithm first.": -(
            weights[variant] * (p * one_hot).sum(-1)
        ).sum(),
        "that is minus the target's logit; take the logarithm of the softmax.": -(
            weights[variant] * (logits * one_hot).sum(-1)
        ).sum(),
        "the logarithm has base 2; here it is the natural one, np.log.": loss / np.log(2),
        "the softmax runs over the steps; it runs over the classes, the last axis.": -(
            weights[variant] * np.log((losses.softmax(logits.swapaxes(1, 2)).swapaxes(1, 2) * one_hot).sum(-1))
        ).sum(),
    }
    check_array("loss", got[0], np.array(loss), "one number", of_loss)
    of_gradient = {
        f"dlogits belongs to another weighting: {sentence}": w[..., None] * (p - one_hot)
        for sentence, w in wrong.items()
    }
    scale = weights[variant][..., None]
    of_gradient = {
        "dlogits is not weighted yet: give each position the weight that it has in the loss.": p - one_hot,
        "the sign of dlogits is wrong: it is softmax minus one-hot.": scale * (one_hot - p),
        "in dlogits the weight multiplies the softmax alone; put brackets round softmax minus one-hot.": scale * p
        - one_hot,
        "dlogits lacks the one-hot row of the target: softmax minus one-hot.": scale * p,
        "dlogits lacks the softmax: softmax minus one-hot.": -scale * one_hot,
        "dlogits at padding is not zero: weigh those positions with 0.": np.where(scale > 0, scale, scale.max())
        * (p - one_hot),
        "dlogits has minus one at every class; only the target's has it: softmax minus one-hot.": scale * (p - 1),
        "dlogits is multiplied by the loss; the gradient has no such factor.": loss * dlogits,
        "dlogits is minus 1 / p at the target, the derivative for p; go on through the softmax.": -scale * one_hot / p,
        "dlogits has the slope p (1 - p); with the logarithm it is softmax minus one-hot.": scale * p * (1 - p),
        "dlogits is weighted by the mask alone; give each position the weight that it has in the loss.": mask[..., None]
        * (p - one_hot),
    } | of_gradient
    if shape_of(got[1]) == dlogits.shape:
        of_gradient["dlogits is right at the real positions, and at padding it is not zero."] = np.where(
            mask[..., None], dlogits, got[1]
        )
    check_array("dlogits", got[1], dlogits, "(B, T, K)", of_gradient)
    if tiny:
        return
    logits = small(rng, B, T, K + 1)
    hint = "K is logits.shape[-1]; the largest target may be smaller than K - 1."
    want = _loss_and_gradient(logits, targets, weights[variant])
    got = call(function, logits, targets, mask, hint=hint)
    got = two_parts(name_of(function), got, "return loss, dlogits", want)
    check_array("loss where the last class does not occur", got[0], np.array(want[0]), "one number")
    check_array("dlogits where the last class does not occur", got[1], want[1], "(B, T, K)")


def _loss_and_gradient(logits, targets, weights):
    import torch

    z = torch.tensor(logits, requires_grad=True)
    each = torch.nn.functional.cross_entropy(z.flatten(0, 1), torch.tensor(targets).flatten(), reduction="none")
    loss = (each * torch.tensor(weights).flatten()).sum()
    loss.backward()
    return loss.item(), z.grad.numpy()


@checking
def sample(function, seed=0, tiny=0):
    """Exercise 3: function(logits, temperature, u) -> (B,) ids, drawn with the uniform numbers u."""
    rng = np.random.default_rng(62 + seed)
    B, K, temperature = 60, 4 + seed % 3, float(rng.choice([0.4, 0.5, 0.6]))
    logits, u = small(rng, B, K), rng.random(B).round(3)

    def drawn(p, u=u):
        return (np.cumsum(p, axis=1) <= u[:, None]).sum(axis=1)

    def divided(p):
        return p / p.sum(axis=1, keepdims=True)

    tempered = losses.softmax(logits / temperature)
    want = drawn(tempered)
    over_rows = np.exp(logits / temperature) / np.exp(logits / temperature).sum(axis=0)
    bugs = {
        "the temperature is ignored: divide the logits by it.": drawn(losses.softmax(logits)),
        "the logits are multiplied by the temperature; divide.": drawn(losses.softmax(logits * temperature)),
        "the probabilities are divided by the temperature; the logits must be, before the softmax.": drawn(
            losses.softmax(logits) / temperature
        ),
        "that is the largest logit, greedy: u is not used.": logits.argmax(axis=1),
        "off by one: the first token has id 0.": want + 1,
        "off by one: your answers lie one id too low.": want - 1,
        "the softmax runs over the rows; each row is a choice of its own: axis 1.": drawn(over_rows),
        "one minus u is used: id k is drawn where the sum up to p_k first exceeds u.": drawn(tempered, 1 - u),
        "u is compared with the probabilities themselves; compare it with their running sum.": (
            tempered > u[:, None]
        ).argmax(axis=1),
        "that counts the probabilities up to u; count the running sums up to u.": (tempered <= u[:, None]).sum(axis=1),
        "that counts the running sums beyond u; count those up to u.": (np.cumsum(tempered, axis=1) > u[:, None]).sum(
            axis=1
        ),
        "the same u serves every row; row b has u[b].": drawn(tempered, np.full(B, u[0])),
        "the logits are taken for probabilities; a softmax comes first.": drawn(divided(logits - logits.min())),
        "the probabilities of the first row serve every row; row b has its own.": drawn(
            np.repeat(tempered[:1], B, axis=0)
        ),
        "the probabilities are sorted first; each keeps its place.": drawn(-np.sort(-tempered, axis=1)),
        "the pieces lie in the order of the probabilities; they lie in the order of the ids.": np.take_along_axis(
            np.argsort(-tempered, axis=1), np.minimum(drawn(-np.sort(-tempered, axis=1)), K - 1)[:, None], axis=1
        )[:, 0],
        "that is the class at which the sum up to p_k is nearest to u; take the first that exceeds it.": np.abs(
            np.cumsum(tempered, axis=1) - u[:, None]
        ).argmin(axis=1),
        "that looks for the sum below u; id k is drawn where the sum up to p_k first exceeds u.": np.maximum(
            want - 1, 0
        ),
        "u is compared with the running sum of exponentials; divide them by their sum first.": np.minimum(
            drawn(np.exp(logits / temperature)), K - 1
        ),
        "u is compared with the exponentials' running sum, which no longer ends at 1; divide them by their sum.": drawn(
            np.exp(logits / temperature)
        ),
        "the running sum goes down the rows; it goes along each row: axis 1.": (
            np.cumsum(tempered, axis=0) <= u[:, None]
        ).sum(axis=1),
    }
    hint = "np.cumsum(p, axis=1) is the running sum along each row."
    if tiny:  # rows are drawn one by one, so that a single one shows the mistake
        for b in range(B if tiny == 1 else 0):
            one_row = call(function, logits[b : b + 1], temperature, u[b : b + 1], hint=hint)
            check_array("ids of a single row", one_row, want[b : b + 1], "(B,)")
        return
    got = call(function, logits, temperature, u, hint=hint)
    if not close(got, want) and close(got, call(function, logits, temperature, 1 - u, hint=hint)):
        bugs["the ids stay the same whatever u is."] = as_array("ids", got, "(B,)")
    check_array("ids", got, want, "(B,)", bugs)
    of_kind("ids", got, int, "ids are integers")
    one = "ids for a single row at temperature 1 and for other numbers of classes"
    for z, given in ((logits[:1, :2], u[:1]), (logits[:3, :3], u[1:4])):
        check_array(
            one,
            call(function, z, 1.0, given, hint=hint),
            (np.cumsum(losses.softmax(z), axis=1) <= given[:, None]).sum(axis=1),
            "(B,)",
        )
    edges = (
        (
            "the first id k for which the sum is larger than u, not equal to it",
            [[0.0, 0.0], [1.0, 1.0]],
            [0.5, 0.0],
            [1, 0],
        ),
        ("an id of probability 0 is never drawn", [[-1000.0, 0.0]], [0.0], [1]),
    )
    for why, z, given, right in edges:
        drawn_there = call(function, np.array(z), 1.0, np.array(given), hint=hint)
        check_array(f"ids where u meets a border ({why})", drawn_there, np.array(right), "(B,)")
    large = np.array([[1000.0, 999.0, 0.0], [-1000.0, -1001.0, -1000.0]])
    check_array(
        "ids for logits of 1,000 and -1,000 (subtract each row's largest before exp, else it overflows)",
        call(function, large, 1.0, np.array([0.9, 0.5]), hint=hint),
        np.array([1, 1]),
        "(B,)",
    )


@checking_a_property
def mislead_greedy(function, seed=0):
    """Exercise 4: function(a, K) -> (2, K), second-step probabilities with which greedy misses the likeliest pair."""
    rng = np.random.default_rng(63 + seed)
    cases = [(0.55, 2), (0.7, 4), (0.66, 2), (0.795, 4)]
    for K in rng.integers(2, 10, size=4):
        cases.append((round(0.5 + (K / (K + 1) - 0.5) * rng.uniform(0.3, 0.9), 3), int(K)))
    for a, K in cases:
        got = call(function, a, K, hint="Two rows of K numbers: what follows token 0, and what follows token 1.")
        second = as_array("the answer", got, f"two rows of {K} numbers each")
        for_this = f"for a = {a} and K = {K}"
        if second.shape != (2, K):
            raise NotYet(f"{for_this} the array has shape {second.shape}, expected {(2, K)} = (2, K).")
        if not np.isfinite(second).all() or (second < 0).any():
            raise NotYet(f"{for_this} the array holds something that is no probability; they lie between 0 and 1.")
        if not np.allclose(second.sum(axis=1), 1):
            columns = np.allclose(second.sum(axis=0), 1) and K == 2
            axis = " Your columns do; rows must." if columns else cut_to_whole(got)
            raise NotYet(f"{for_this} the rows sum to {second.sum(axis=1).round(3).tolist()}, expected 1 each.{axis}")
        greedy, other = a * second[0].max(), (1 - a) * second[1].max()
        if other > greedy + 1e-9:
            continue
        spread = second[0].max() > 1 / K + 0.02
        if spread:
            cure = "after token 0 one token still stands out; spread that row evenly, so that greedy's second step gains little."
        elif second[1].max() < 0.98:
            cure = "what follows token 1 is spread out; put it on one token."
        else:
            cure = "the two are too close."
        raise NotYet(f"{for_this} greedy's pair has {greedy:.3f}, the best pair with token 1 has {other:.3f}: {cure}")
