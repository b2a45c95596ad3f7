"""Says what ofxtools reads in a file, one line for each value, to be compared with what this crate reads."""
import sys
from decimal import Decimal
from ofxtools.Parser import OFXTree


def plain(amount):
    # The same text for the same number, whatever its zeros.
    return format(Decimal(amount).normalize(), "f") if amount is not None else "-"


def day(moment):
    # In Greenwich, to the minute.
    return moment.strftime("%Y-%m-%d %H:%M") if moment is not None else "-"


def get(thing, name):
    # It looks for what is missing until the stack ends.
    try:
        return getattr(thing, name)
    except (AttributeError, RecursionError):
        return None


tree = OFXTree()
tree.parse(sys.argv[1])
ofx = tree.convert()
out = []
for s in ofx.statements:
    out.append(f"statement {s.account.acctid} {s.curdef}")
    for t in get(s, "transactions") or []:
        if type(t).__name__ in ("STMTTRN", "INVBANKTRAN"):
            out.append(f"transaction {t.fitid} {plain(t.trnamt)} {day(t.dtposted)}")
        else:
            amount, units = get(t, "total"), get(t, "units")
            out.append(f"trade {type(t).__name__} {t.fitid} {plain(units)} {plain(amount)} {day(t.dttrade)}")
    for p in get(s, "positions") or []:
        out.append(f"position {p.uniqueid} {plain(p.units)} {plain(p.unitprice)} {plain(p.mktval)}")
    for name in ("ledgerbal", "availbal"):
        balance = get(s, name)
        if balance is not None:
            out.append(f"{name} {plain(balance.balamt)} {day(balance.dtasof)}")
for security in ofx.securities or []:
    out.append(f"security {security.uniqueid} {security.secname} {security.ticker or '-'}")
print("\n".join(out))
