"""A calculator small enough to travel in a component: AutoGen's `FunctionTool` carries the source of one function."""


def calculator(expression: str) -> str:
    """Compute plain arithmetic exactly: + - * / // % **, parentheses, abs, min, max, round, sqrt."""
    import ast
    import math
    import operator
    from fractions import Fraction
    from typing import Any

    def power(base: Fraction, exponent: Fraction) -> Any:
        if abs(exponent) > 1000 or abs(base) > 10**30:
            raise ValueError("that power is too large")
        return base**exponent

    signs: dict[type, Any] = {
        ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: power,
        ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.UAdd: operator.pos, ast.USub: operator.neg,
    }  # fmt: skip
    functions: dict[str, Any] = {"abs": abs, "min": min, "max": max, "round": round, "sqrt": math.sqrt}

    def value(node: ast.AST) -> Fraction:
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return Fraction(str(node.value))
        if (sign := signs.get(type(getattr(node, "op", None)))) is not None:
            return Fraction(sign(*[value(getattr(node, s)) for s in ("operand", "left", "right") if hasattr(node, s)]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
            return Fraction(functions[node.func.id](*[value(one) for one in node.args]))
        raise ValueError("only numbers, + - * / // % **, parentheses, abs, min, max, round and sqrt")

    try:
        if len(expression) > 500:
            raise ValueError("that is too long")
        found = value(ast.parse(expression.strip(), mode="eval").body)
        if found.denominator == 1:
            return str(found.numerator)
        near = f"{float(found):.12g}"
        return near if Fraction(near) == found else f"about {near}"
    except (ValueError, TypeError, SyntaxError, ArithmeticError, RecursionError, MemoryError) as error:
        return f"can't compute {expression!r}: {error}"
