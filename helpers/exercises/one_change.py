"""Search the learner's code for one change with which it is right, and say of what kind the change is and in which line.

The syntax tree of the function, and of those of its cell that it calls, is changed at one place at a time: a sign, an
axis, an index, another function, a factor more. The first changed function that passes the check names the mistake. The
change itself is not told. Where the code cannot be read, nothing is said.
"""

import ast
import builtins
import itertools
import linecache
import sys
import time
import types
import warnings

SECONDS = 2.0  # of the processor
WAITING = 3  # times as long by the clock
HARMLESS = {"numpy", "math", "itertools", "functools", "collections", "re", "random", "torch", "helpers"}
FORBIDDEN = {
    "open",
    "exec",
    "eval",
    "compile",
    "input",
    "__import__",
    "breakpoint",
    "globals",
    "save",
    "savez",
    "tofile",
    "product",
    "permutations",
    "cycle",
}
"""What code may not name if it is to be run in changed form; no alarm stops a list that is made of a huge iterator."""
MAKERS = {"zeros", "ones", "empty", "full", "eye", "identity", "arange", "linspace", "tile", "repeat", "range"}
"""Functions whose arguments say how much is made; they are never multiplied."""

ALIKE = (
    "sum mean max min prod median std var argmax argmin any all cumsum cumprod count_nonzero",
    "exp log log2 log10 log1p expm1 sqrt square tanh abs fabs sign sin cos tan cosh arctanh sigmoid",
    "max min sum len any all sorted",
    "maximum minimum add subtract multiply fmax fmin",
    "floor ceil round rint trunc int",
    "zeros ones empty",
    "zeros_like ones_like empty_like",
    "dot matmul multiply outer inner",
    "sort argsort",
    "startswith endswith",
    "less less_equal greater greater_equal equal not_equal logical_and logical_or",
)
ALIKE = tuple(names.split() for names in ALIKE)
BUILT_IN = {name for names in ALIKE for name in names if hasattr(builtins, name)}
ARITHMETIC = ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult
COMPARISONS = ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq
SLIPS = {
    "sign": "A sign is wrong",
    "comparison": "The comparison is wrong",
    "condition": "A condition is wrong",
    "complement too many": "A “1 -” is too many",
    "function too many": "A function is too many",
    "power too many": "A power is too many",
    "factor too many": "A factor or a divisor is too many",
    "summand too many": "A summand is too many",
    "range": "A loop begins or ends at the wrong step, or goes in the wrong steps",
    "off by one": "An index or a number is off by one",
    "axis": "The axis is wrong",
    "direction": "The direction is wrong: it begins at the wrong end",
    "transpose too many": "A transpose is too many",
    "order": "Two things are in the wrong order",
    "taken": "Two variables are taken for each other",
    "function": "One function is in the place of another",
    "operator": "One operator is in the place of another",
    "variable": "One variable is in the place of another",
    "assignment": "= and += are confused",
    "line too many": "A line is too many",
    "place": "A line stands at the wrong place",
    "part": "An index or a slice is wrong",
    "transpose missing": "A transpose is missing",
    "minus": "A sign is wrong",
    "complement missing": "A “1 -” is missing",
    "inverted": "A condition is the wrong way round",
    "number": "A number is wrong",
    "keyword": "A keyword argument is wrong or missing",
    "line missing": "A variable is not brought up to date",
    "copy missing": "A copy is missing: the same object is changed later",
    "function missing": "A function is missing",
    "power missing": "A power is missing",
    "factor missing": "A factor or a divisor is missing",
    "divisor": "It is divided by the wrong thing",
    "summand missing": "A summand is missing",
}
"""Kind of a slip -> its sentence, without the line; the kinds that are tried first come first, those that add code last."""


def slip_of(function, may_be_right, is_right, seconds=SECONDS):
    """Return a sentence about the one change that makes a function right; "" if none is found in time.

    Args:
        may_be_right: called with a changed function; returns whether it gives the right result for one input.
        is_right: called with a changed function; returns whether it passes the whole check.
        seconds: after how many of the processor the search ends.
    """
    until, at_last = time.process_time() + seconds, time.monotonic() + WAITING * seconds
    trees = _trees(function)
    order = list(SLIPS).index
    for place, (kind, line, put, back) in sorted(_changes(trees), key=lambda change: order(change[1][0])):
        put()
        try:
            changed = _made(function, trees.values())
        except (SyntaxError, ValueError, TypeError, NameError):
            changed = None
        finally:
            back()
        if changed is not None and may_be_right(changed) and is_right(changed):
            text = linecache.getline(place.__code__.co_filename, line).strip()
            where = f"in line {line}" if place is function else f"in line {line} of the cell with {place.__name__}"
            return f"{SLIPS[kind]}, {where}: `{text[:100]}`. With one change there the function is right."
        if time.process_time() > until or time.monotonic() > at_last:
            break
    return ""


# The code


def _trees(function):
    """Return a function and those of its cells that it calls, with their definitions; {} if one must not be run."""
    found, waiting = {}, [function]
    while waiting:
        each = waiting.pop()
        tree = _tree(each)
        if tree is None or not _harmless(tree):
            return {}
        found[each] = tree
        for known in map(function.__globals__.get, _names(tree)):
            if _reaches_further(known):
                return {}
            if isinstance(known, types.FunctionType) and _in_a_cell(known) and known not in (*found, *waiting):
                waiting.append(known)
    return found


def _in_a_cell(function):
    return function.__module__ == "__main__" or function.__module__ not in sys.modules


def _tree(function):
    """Return the definition of a function of a cell, or None."""
    if not isinstance(function, types.FunctionType) or function.__closure__ or not _in_a_cell(function):
        return None
    code = function.__code__
    try:
        whole = ast.parse("".join(linecache.getlines(code.co_filename)))
    except (SyntaxError, ValueError):
        return None
    found = [each for each in ast.walk(whole) if isinstance(each, ast.FunctionDef) and each.name == code.co_name]
    return next((each for each in found if each.lineno == code.co_firstlineno), None)


def _reaches_further(value):
    """Return whether a value is a module, or comes from one, that may show, store or fetch something."""
    module = value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", None)
    return (
        isinstance(module, str)
        and module in sys.modules
        and module.partition(".")[0] not in {*HARMLESS, "builtins", "__main__"}
    )


def _names(tree):
    return sorted({each.id for each in ast.walk(tree) if isinstance(each, ast.Name)})


def _harmless(tree):
    for each in ast.walk(tree):
        if isinstance(each, ast.Import | ast.ImportFrom):
            modules = [each.module or ""] if isinstance(each, ast.ImportFrom) else [name.name for name in each.names]
            if any(module.partition(".")[0] not in HARMLESS for module in modules):
                return False
        elif (
            isinstance(each, ast.Global | ast.Nonlocal | ast.Delete | ast.With | ast.Try)
            or getattr(each, "id", getattr(each, "attr", "")) in FORBIDDEN
        ):
            return False
    return True


def _made(function, trees):
    """Return the function of changed definitions, which does not share the names of the learner's cells."""
    scope = dict(function.__globals__)
    module = ast.fix_missing_locations(ast.Module(body=list(trees), type_ignores=[]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a change may put what Python finds odd, such as `0 is x`
        exec(compile(module, "<one change>", "exec"), scope)
    return scope[function.__code__.co_name]


# The changes


def _changes(trees):
    """Yield (function, (kind, line, put, back)) for every change; `put` makes it in the tree, `back` takes it back."""
    for function, tree in trees.items():
        yield from ((function, change) for change in _changes_of(tree))


def _changes_of(tree):
    variables = _variables(tree)
    yield from _of_the_whole(tree, variables)
    makers = [each for each in ast.walk(tree) if _called(each) in MAKERS]
    sizes = {id(part) for each in makers for argument in each.args for part in ast.walk(argument)}
    for parent, field, index in _slots(tree):
        node = getattr(parent, field) if index is None else getattr(parent, field)[index]
        for kind, new in _in_place_of(node, parent, field, variables):
            if id(node) in sizes and kind in ("number", "operator", "power missing", "factor missing"):
                continue
            if not hasattr(new, "lineno"):
                ast.copy_location(new, node)
            yield kind, node.lineno, *_slot(parent, field, index, new, node)
    for block, inside in _blocks(tree):
        for kind, line, new in _blocks_in_place_of(block, inside, variables):
            yield kind, line, *_slot(*block, None, new, getattr(*block))


def _slot(parent, field, index, new, old):
    def put(node):
        if index is None:
            setattr(parent, field, node)
        else:
            getattr(parent, field)[index] = node

    return lambda: put(new), lambda: put(old)


def _slots(tree):
    """Yield (parent, field, index) of every expression that is read."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if field in ("targets", "target", "decorator_list", "returns", "annotation", "defaults", "format_spec"):
                continue
            for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
                    yield parent, field, index
                if isinstance(node, ast.keyword):
                    yield node, "value", None


def _variables(tree):
    """Return the names of arguments and of what is assigned."""
    arguments = [each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)]
    made = [each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
    return list(dict.fromkeys(arguments + made))


def _name(name):
    return ast.Name(id=name, ctx=ast.Load())


def _binary(left, operator, right):
    return ast.BinOp(left=left, op=operator(), right=right)


def _is_index(parent, field):
    return isinstance(parent, ast.Slice) or (isinstance(parent, ast.Subscript) and field == "slice")


def _called(node):
    """Return the name of the function that a call calls, without its module."""
    return getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""


def _in_place_of(node, parent, field, variables):
    """Yield (kind, new expression) for one expression."""
    if field == "func":
        return
    if isinstance(node, ast.Constant):
        yield from _constants(node, parent, field, variables)
    elif isinstance(node, ast.BinOp):
        yield from _operations(node, parent, field, variables)
    elif isinstance(node, ast.UnaryOp):
        step = isinstance(parent, ast.Slice) and field == "step"
        kind = "direction" if step else "condition" if isinstance(node.op, ast.Not | ast.Invert) else "sign"
        yield kind, node.operand
    elif isinstance(node, ast.Compare):
        for i, operator in itertools.product(range(len(node.ops)), COMPARISONS):
            if not isinstance(node.ops[i], operator):
                operators = [*node.ops[:i], operator(), *node.ops[i + 1 :]]
                yield "comparison", ast.Compare(left=node.left, ops=operators, comparators=node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield "condition", ast.BoolOp(op=ast.And() if isinstance(node.op, ast.Or) else ast.Or(), values=node.values)
        for value in node.values:
            rest = [other for other in node.values if other is not value]
            yield "condition", rest[0] if len(rest) == 1 else ast.BoolOp(op=node.op, values=rest)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.IfExp):
        yield "condition", ast.IfExp(test=node.test, body=node.orelse, orelse=node.body)
        yield "condition", node.body
        yield "condition", node.orelse
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transpose too many", node.value
    elif isinstance(node, ast.Subscript):
        yield from _parts(node)
    elif isinstance(node, ast.Tuple | ast.List):
        for i, k in itertools.combinations(range(len(node.elts)), 2):
            turned = list(node.elts)
            turned[i], turned[k] = turned[k], turned[i]
            yield "order", type(node)(elts=turned, ctx=ast.Load())
    if isinstance(node, ast.Name) and node.id in variables:
        for name in variables:
            if name != node.id:
                yield "variable", _name(name)
    yield from _put_around(node, parent, field, variables)


def _constants(node, parent, field, variables):
    value = node.value
    if isinstance(value, bool):
        yield "keyword" if isinstance(parent, ast.keyword) else "number", ast.Constant(value=not value)
    elif value is None and isinstance(parent, ast.keyword) and parent.arg == "axis":
        yield from (("axis", ast.Constant(value=axis)) for axis in (0, 1, 2))
    elif isinstance(value, int | float):
        axis = isinstance(parent, ast.keyword) and parent.arg == "axis"
        for other in (value - 1, value + 1, -value, 0, 1, 2, 0.5, 2 * value, value / 2, None if axis else 3):
            whole = isinstance(value, int) and (axis or _is_index(parent, field))
            if other != value and not (whole and isinstance(other, float)):
                factor = isinstance(parent, ast.BinOp) and not isinstance(parent.op, ast.Add | ast.Sub)
                kind = "off by one" if other in (value - 1, value + 1) and not factor else "number"
                kind = "axis" if axis else "range" if _called(parent) == "range" else kind
                yield kind, ast.Constant(value=other)
        if not axis:
            yield from (("number", _name(name)) for name in variables)


def _operations(node, parent, field, variables):
    left, right = node.left, node.right
    for operator in (*ARITHMETIC, *[ast.FloorDiv] * isinstance(node.op, ast.Div)):
        if not isinstance(node.op, operator):
            signs = {operator, type(node.op)} == {ast.Add, ast.Sub}
            yield "sign" if signs else "operator", _binary(left, operator, right)
    if not isinstance(node.op, ast.Add | ast.Mult) or isinstance(left, ast.List) or isinstance(right, ast.List):
        yield "order", ast.BinOp(left=right, op=node.op, right=left)
    one = isinstance(node.op, ast.Add | ast.Sub) and isinstance(right, ast.Constant) and right.value == 1
    kind = "summand too many" if isinstance(node.op, ast.Add | ast.Sub) else "factor too many"
    yield "off by one" if one else "power too many" if isinstance(node.op, ast.Pow) else kind, left
    yield "complement too many" if _is_complement(node) else kind, right
    if isinstance(node.op, ast.Div):
        for name in variables:
            total = ast.Call(func=ast.Attribute(value=_name(name), attr="sum", ctx=ast.Load()), args=[], keywords=[])
            yield "divisor", _binary(left, ast.Div, total)


def _is_complement(node):
    return isinstance(node.op, ast.Sub) and isinstance(node.left, ast.Constant) and node.left.value == 1


def _calls(node):
    name, of_module = _called(node), isinstance(node.func, ast.Attribute)
    for names in ALIKE:
        for other in names if name in names else ():
            if other == name or (not of_module and other not in BUILT_IN):
                continue
            func = ast.Attribute(value=node.func.value, attr=other, ctx=ast.Load()) if of_module else _name(other)
            yield "function", ast.Call(func=func, args=node.args, keywords=node.keywords)
    if node.args:
        yield "function too many", node.args[0]
    if name == "reversed":
        yield "direction", node.args[0]
    elif of_module and not node.args and name != "copy":
        yield "function too many", node.func.value
    for i, k in itertools.combinations(range(min(4, len(node.args))), 2):
        turned = list(node.args)
        turned[i], turned[k] = turned[k], turned[i]
        yield "order", ast.Call(func=node.func, args=turned, keywords=node.keywords)
    if name == "range":
        yield from _ranges(node)
        return
    given = {keyword.arg for keyword in node.keywords}
    if name in ALIKE[0] and "axis" not in given:
        for axis, keep in itertools.product((0, 1, 2), (False, True)):
            more = [ast.keyword(arg="axis", value=ast.Constant(value=axis))]
            more += [ast.keyword(arg="keepdims", value=ast.Constant(value=True))] * keep
            yield "axis", ast.Call(func=node.func, args=node.args, keywords=[*node.keywords, *more])
    for keyword in node.keywords:
        rest = [other for other in node.keywords if other is not keyword]
        yield "axis" if keyword.arg == "axis" else "keyword", ast.Call(func=node.func, args=node.args, keywords=rest)


def _ranges(node):
    first, last = (ast.Constant(value=0), *node.args)[-2:] if len(node.args) < 2 else node.args[:2]
    step = node.args[2:]
    one = ast.Constant(value=1)
    for new in (
        [_binary(first, ast.Add, one), last, *step],
        [_binary(first, ast.Sub, one), last, *step],
        [first, _binary(last, ast.Add, one), *step],
        [first, _binary(last, ast.Sub, one), *step],
    ):
        yield "range", ast.Call(func=node.func, args=new, keywords=[])
    if step:
        yield "range", ast.Call(func=node.func, args=[first, last], keywords=[])
    yield "direction", ast.Call(func=_name("reversed"), args=[node], keywords=[])


def _parts(node):
    yield "part", node.value
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    one, minus = ast.Constant(value=1), ast.Constant(value=-1)
    for i, part in enumerate(parts):
        if not isinstance(part, ast.Slice):
            continue
        for lower, upper, step in (
            (None, part.upper, part.step),
            (part.lower, None, part.step),
            (part.lower, part.upper, None),
            (one, part.upper, part.step) if part.lower is None else (None, None, None),
            (part.lower, minus, part.step) if part.upper is None else (None, None, None),
            (part.lower, part.upper, minus),
        ):
            new = ast.Slice(lower=lower, upper=upper, step=step)
            kind = "direction" if step is minus or (part.step and not step) else "off by one"
            inside = [*parts[:i], new, *parts[i + 1 :]]
            whole = ast.Tuple(elts=inside, ctx=ast.Load()) if isinstance(node.slice, ast.Tuple) else new
            yield kind, ast.Subscript(value=node.value, slice=whole, ctx=ast.Load())


def _put_around(node, parent, field, variables):
    """Yield expressions that have this one as a part."""
    one, two = ast.Constant(value=1), ast.Constant(value=2)
    if isinstance(parent, ast.Subscript | ast.Slice | ast.Tuple) and isinstance(node, ast.Name | ast.BinOp | ast.Call):
        yield "off by one", _binary(node, ast.Sub, one)
        yield "off by one", _binary(node, ast.Add, one)
    if field == "test" and isinstance(parent, ast.If | ast.While | ast.IfExp):
        yield "condition", ast.UnaryOp(op=ast.Not(), operand=node)
    if isinstance(parent, ast.For | ast.comprehension) and field == "iter":
        turned = ast.Call(func=_name("list"), args=[node], keywords=[])
        yield "direction", ast.Call(func=_name("reversed"), args=[turned], keywords=[])
    if not isinstance(node, ast.Name | ast.Call | ast.BinOp | ast.Subscript | ast.Attribute | ast.Compare):
        return
    if (
        _is_index(parent, field)
        or isinstance(parent, ast.Attribute)
        or _called(parent) in ("range", "len", "zeros", "zip")
    ):
        return
    minus = ast.UnaryOp(op=ast.USub(), operand=node)
    yield "minus", minus
    yield "transpose missing", ast.Attribute(value=node, attr="T", ctx=ast.Load())
    yield "complement missing", _binary(one, ast.Sub, node)
    if isinstance(node, ast.Compare | ast.Name | ast.Subscript):
        yield "inverted", ast.UnaryOp(op=ast.Invert(), operand=node)
    for name in ("tanh", "exp", "log", "sqrt", "abs", "sigmoid", "int", "list", "sorted", "len", "sum"):
        known = name == "sigmoid" or hasattr(builtins, name)
        func = _name(name) if known else ast.Attribute(value=_name("np"), attr=name, ctx=ast.Load())
        yield "function missing", ast.Call(func=func, args=[node], keywords=[])
    for name in ("sum", "mean", "max", "copy", "lower"):
        func = ast.Attribute(value=node, attr=name, ctx=ast.Load())
        kind = "copy missing" if name == "copy" else "function missing"
        yield kind, ast.Call(func=func, args=[], keywords=[])
    yield "power missing", _binary(node, ast.Pow, two)
    yield "factor missing", _binary(node, ast.Mult, two)
    yield "factor missing", _binary(node, ast.Div, two)
    for sign in (ast.Add, ast.Sub):
        yield "summand missing", _binary(node, sign, one)
    for name in variables:
        more = _name(name)
        for operator in (ast.Mult, ast.Div):
            yield "factor missing", _binary(node, operator, more)
        yield "factor missing", _binary(node, ast.Mult, _binary(one, ast.Sub, more))
        for operator in (ast.Add, ast.Sub):
            yield "summand missing", _binary(node, operator, more)
        counted = ast.Call(func=_name("len"), args=[more], keywords=[])
        yield "factor missing", _binary(node, ast.Div, counted)


def _blocks(tree):
    """Yield ((parent, field), whether it is a loop's body) of every list of statements."""
    for parent in ast.walk(tree):
        for field in ("body", "orelse"):
            if isinstance(getattr(parent, field, None), list) and getattr(parent, field):
                yield (parent, field), isinstance(parent, ast.For | ast.While)


def _blocks_in_place_of(block, inside, variables):
    """Yield (kind, line, new statements) for one list of statements."""
    old = getattr(*block)
    for i, line in enumerate(old):
        rest = [*old[:i], *old[i + 1 :]]
        if rest:
            yield "line too many", line.lineno, rest
        for other, kind in _statements(line):
            yield kind, line.lineno, [*old[:i], ast.copy_location(other, line), *old[i + 1 :]]
        if i:
            yield "place", line.lineno, [*old[: i - 1], line, old[i - 1], *old[i + 1 :]]
        if isinstance(line, ast.For | ast.While | ast.If) and len(line.body) > 1:
            shorter, longer = _with_body(line, line.body[:-1]), _with_body(line, line.body[1:])
            yield "place", line.body[-1].lineno, [*old[:i], shorter, line.body[-1], *old[i + 1 :]]
            yield "place", line.body[0].lineno, [*old[:i], line.body[0], longer, *old[i + 1 :]]
        if isinstance(line, ast.For | ast.While) and i + 1 < len(old):
            more = _with_body(line, [*line.body, old[i + 1]])
            yield "place", old[i + 1].lineno, [*old[:i], more, *old[i + 2 :]]
        if isinstance(line, ast.For | ast.While) and i:
            more = _with_body(line, [old[i - 1], *line.body])
            yield "place", old[i - 1].lineno, [*old[: i - 1], more, *old[i + 1 :]]
    if inside:
        made = [ast.unparse(each.targets[0]) for each in old if isinstance(each, ast.Assign)]
        for name, other in itertools.product(variables, dict.fromkeys([*variables, *made])):
            new = ast.parse(f"{name} = {other}").body[0]
            yield "line missing", old[-1].lineno, [*old, ast.copy_location(new, old[-1])]


def _with_body(line, body):
    new = type(line)(**{field: value for field, value in ast.iter_fields(line)})
    new.body = body
    return ast.copy_location(new, line)


def _statements(line):
    if isinstance(line, ast.AugAssign):
        for operator in (ast.Add, ast.Sub, ast.Mult, ast.Div):
            if not isinstance(line.op, operator):
                signs = {operator, type(line.op)} == {ast.Add, ast.Sub}
                new = ast.AugAssign(target=line.target, op=operator(), value=line.value)
                yield new, "sign" if signs else "operator"
        yield ast.Assign(targets=[line.target], value=line.value), "assignment"
    elif isinstance(line, ast.Assign) and len(line.targets) == 1 and not isinstance(line.targets[0], ast.Tuple):
        yield ast.AugAssign(target=line.targets[0], op=ast.Add(), value=line.value), "assignment"
    elif isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Tuple):
        names = line.targets[0].elts
        for i, k in itertools.combinations(range(len(names)), 2):
            turned = list(names)
            turned[i], turned[k] = turned[k], turned[i]
            yield ast.Assign(targets=[ast.Tuple(elts=turned, ctx=ast.Store())], value=line.value), "order"


def _of_the_whole(tree, variables):
    """Yield changes at several places at once: every axis that has one number, and two variables taken for each other."""
    axes = [each.value for each in ast.walk(tree) if isinstance(each, ast.keyword) and each.arg == "axis"]
    axes = [each for each in axes if isinstance(each, ast.Constant)]
    for old, new in itertools.permutations((0, 1, 2, -1), 2):
        same = [each for each in axes if each.value == old]
        if len(same) > 1:
            yield "axis", same[0].lineno, *_all_of(same, "value", new, old)
    reads = [each for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)]
    for one, other in itertools.combinations(variables, 2):
        ones, others = ([each for each in reads if each.id == name] for name in (one, other))
        if ones and others and len(ones) + len(others) > 2:
            puts, backs = zip(_all_of(ones, "id", other, one), _all_of(others, "id", one, other), strict=True)
            line = ones[0].lineno
            yield (
                "taken",
                line,
                lambda puts=puts: [put() for put in puts],
                lambda backs=backs: [back() for back in backs],
            )


def _all_of(nodes, field, new, old):
    def put(value):
        for node in nodes:
            setattr(node, field, value)

    return lambda: put(new), lambda: put(old)
