"""Computes the risk scores of `heldaway risk --explain HOUSEHOLD --json` again, from the printed inputs alone.

    heldaway risk --explain HOUSEHOLD --json | python3 docs/risk.py

Written from docs/risk.md, not from the product: slow, with calendar days and dictionaries. Needs nothing but Python.
"""

import bisect
import datetime as dt
import json
import math
import sys
from decimal import Decimal

CURVE = [(0, 1), (2.5, 10), (5, 20), (10, 35), (20, 55), (30, 70), (40, 80), (60, 92), (80, 99)]


def day(text):
    return dt.date.fromisoformat(text)


def clean(history, crypto):
    said = {}
    for c in history["closes"]:
        said.setdefault(day(c["day"]), set()).add(Decimal(c["close"]))
    closes = sorted((d, next(iter(s))) for d, s in said.items() if len(s) == 1 and next(iter(s)) > 0)
    if not crypto:
        for at in range(len(closes) - 1, 0, -1):
            a, b = closes[at - 1][1], closes[at][1]
            times = max(a, b) / min(a, b)
            whole = round(times)
            if 2 <= whole <= 50 and abs(times - whole) <= Decimal("0.03") * whole:
                closes = closes[at:]
                break
    return closes


def at_day(closes):
    days, prices = [d for d, _ in closes], [float(p) for _, p in closes]

    def of(d):
        place = bisect.bisect_right(days, d) - 1
        if place < 0 or (d - days[place]).days > 10:
            return None
        return prices[place]

    return of


def score_of(loss):
    x = loss * 100
    if x <= 0:
        return 1
    for (x0, y0), (x1, y1) in zip(CURVE, CURVE[1:]):
        if x < x1:
            return math.floor(y0 + (y1 - y0) * (x - x0) / (x1 - x0) + 0.5)
    return 99


def lower_end(returns):
    s = sorted(returns)
    place = (len(s) - 1) * 0.025
    low = math.floor(place)
    high = min(low + 1, len(s) - 1)
    return s[low] + (s[high] - s[low]) * (place - low)


def compute(inputs):
    currency, end = inputs["currency"], day(inputs["as_of"])
    starts, d, last = [], dt.date(2008, 1, 1), end - dt.timedelta(days=182)
    while d <= last:
        if d.weekday() < 5:
            starts.append(d)
        d += dt.timedelta(days=1)
    half = dt.timedelta(days=182)

    def rate(of):
        h = inputs["histories"].get("rate:" + of)
        if h is None or h["currency"] != currency:
            return None, None
        closes = clean(h, True)
        newest = [c for c in closes if c[0] <= end][-1:]
        if not newest or (end - newest[0][0]).days > 10:
            return None, None
        return newest[0][1], at_day(closes)

    def returns(key, crypto):
        h = inputs["histories"].get(key)
        if h is None:
            return {}
        of = at_day(clean(h, crypto))
        fx = None
        if h["currency"] != currency:
            fx = rate(h["currency"])[1]
            if fx is None:
                return {}
        out = {}
        for s in starts:
            ends = [(of(x), fx(x) if fx else 1.0) for x in (s, s + half)]
            if all(p is not None and f is not None for p, f in ends):
                (p0, f0), (p1, f1) = ends
                out[s] = (p1 * f1) / (p0 * f0) - 1.0
        return out

    modelled, scope, net, unvalued = Decimal(0), Decimal(0), Decimal(0), 0
    series = []
    for p in inputs["positions"]:
        if p["value"] is None or p["currency"] is None:
            unvalued += 1
            continue
        value, cash, crypto = Decimal(p["value"]), p["class"] == "cash", p["class"] == "crypto"
        fx = None
        if p["currency"] != currency:
            now, fx = rate(p["currency"])
            if now is None:
                unvalued += 1
                continue
            value *= now
        scope += abs(value)
        own, other = {}, {}
        if cash and fx is None:
            own = {s: 0.0 for s in starts}
        elif cash:
            own = {s: fx(s + half) / fx(s) - 1.0 for s in starts if fx(s) is not None and fx(s + half) is not None}
        elif p["security"] is not None:
            h = inputs["histories"].get(p["security"])
            if h is not None and h["currency"] != currency and rate(h["currency"])[1] is None:
                continue
            own = returns(p["security"], crypto)
            if p["class"]:
                stand_in = returns("class:" + p["class"], crypto)
                other = {s: r for s, r in stand_in.items() if s not in own}
        if starts and (len(own) + len(other)) * 100 >= len(starts) * 90:
            modelled += abs(value)
            net += value
            series.append((value, own, other))
    if modelled == 0 or net <= 0:
        return None
    portfolio = {}
    for s in starts:
        if all(s in own or s in other for _, own, other in series):
            portfolio[s] = (
                sum(float(v / net) * own[s] for v, own, _ in series if s in own),
                sum(float(v / net) * other[s] for v, own, other in series if s not in own),
            )
    if len(portfolio) < 1044:
        return None
    loss = -lower_end([a + b for a, b in portfolio.values()])
    losses = [loss]
    for year in sorted({s.year for s in portfolio}):
        rest = [a + b for s, (a, b) in portfolio.items() if s.year != year]
        if len(rest) >= 1044:
            losses.append(-lower_end(rest))
    if any(len(other) for _, _, other in series):
        losses += [-lower_end([a + f * b for a, b in portfolio.values()]) for f in (0.5, 1.5)]
    missing = float((scope - modelled) / scope)
    if missing > 0:
        losses += [loss * (1 - missing), loss * (1 - missing) + 0.5 * missing]
    scores = [score_of(x) for x in losses]
    return {
        "score": score_of(loss), "low": min(scores), "high": max(scores), "downside": loss, "windows": len(portfolio),
        "coverage": math.floor(modelled * 1000 / scope) / 10, "unvalued": unvalued,
    }


def main():
    said, wrong = json.load(sys.stdin), 0
    for name in ("all", "managed"):
        if said[name] is None:
            continue
        found, outcome = compute(said[name]["inputs"]), said[name]["outcome"]
        told = outcome["score"].get("Ok")
        print(name, "computed here:", found)
        if (found is None) != (told is None):
            wrong += 1
            print(name, "the product says:", outcome["score"])
        elif found is not None:
            same = all(found[k] == told[k] for k in ("score", "low", "high", "windows"))
            same = same and abs(found["downside"] - told["downside"]) < 1e-9
            same = same and abs(found["coverage"] - float(outcome["coverage"])) < 0.05 and found["unvalued"] == outcome["unvalued"]
            wrong += not same
            print(name, "the product says:", {k: told[k] for k in ("score", "low", "high", "downside", "windows")}, "equal" if same else "DIFFERENT")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
