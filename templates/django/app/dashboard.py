<% from "web/python.jinja" import import_names, texts, wrap %>
<% set me = "request.user, " if contract.auth else "" %>
<% set user = "user, " if contract.auth else "" %>
<% set ns = namespace(amount=false, boolean=false, choice=false, ref=false, month=false, money=false, grouped=false) %>
<% for part in contract.dashboard %>
<% if part.month %><% set ns.month = true %><% endif %>
<% if part.counts and part.count_sum %><% set ns.grouped = true %><% endif %>
<% for entity in contract.entities if entity.name == part.entity %>
<% for field in entity.fields %>
<% if field.name in part.counts %><% if field.type == "boolean" %><% set ns.boolean = true %><% elif field.type == "ref" %><% set ns.ref = true %><% else %><% set ns.choice = true %><% endif %><% endif %>
<% if field.type == "money" and field.name in part.sums %><% set ns.money = true %><% endif %>
<% if field.type == "money" and field.name in part.averages %><% set ns.amount = true %><% endif %>
<% endfor %>
<% endfor %>
<% endfor %>
<% set counts = ns.boolean or ns.choice or ns.ref %>
<% set types = (["Choice"] if ns.choice and ns.boolean else []) + (["Money"] if ns.amount else []) + (["Ref"] if ns.ref and (ns.choice or ns.boolean) else []) %>
"""The dashboard: counts and sums of what there is, computed by the database."""

<% if ns.money %>
from decimal import Decimal

<% endif %>
<% if ns.grouped %>
from django.db.models import Avg, Count, << "F, " if ns.ref else "" >>Sum
<% else %>
from django.db.models import Avg, << "Count, " if counts or ns.month else "" >>Sum
<% endif %>
<% if ns.month %>
from django.db.models.functions import TruncMonth
<% endif %>
from django.http import JsonResponse

<< import_names(".api", contract.dashboard | map(attribute="plural") | sort) >>
<% if types %>
from .fields import << types | join(", ") >>
<% endif %>
from .views import ApiView
<% if ns.ref or ns.month %>

<% endif %>
<% if ns.ref %>
# How many of the rows that others refer to are counted, those with the most first.
MOST_TITLES = 8
<% endif %>
<% if ns.month %>
MOST_MONTHS = 12
<% endif %>


class Dashboard(ApiView):
    """/api/dashboard."""

    def get(self, request):
        """Count and add up what there is."""
        return JsonResponse(
            {
<% for part in contract.dashboard %>
                "<< part.plural >>": _summary(
<% if contract.auth %>
                    request.user,
<% endif %>
                    << part.plural >>.rows,
<% if part.counts %>
<< texts("                    ", "counts=", part.counts, ",") >>
<% endif %>
<% if part.sums %>
<< texts("                    ", "sums=", part.sums, ",") >>
<% endif %>
<% if part.averages %>
<< texts("                    ", "averages=", part.averages, ",") >>
<% endif %>
<% if part.month %>
                    month="<< part.month >>",
<% endif %>
<% if part.month_sum %>
                    month_sum="<< part.month_sum >>",
<% endif %>
<% if part.counts and part.count_sum %>
                    count_sum="<< part.count_sum >>",
<% endif %>
                ),
<% endfor %>
            }
        )


<< wrap("", "def _summary(", (["user"] if contract.auth else []) + ["rows", "*"] + (["counts=()"] if counts else []) + ["sums=()", "averages=()"] + (["month=None", "month_sum=None"] if ns.month else []) + (["count_sum=None"] if ns.grouped else []), "):") >>
    """Return counts and sums of rows, by the names of their fields."""
    found = rows.model.objects.<< "filter(owner=user)" if contract.auth else "all()" >>
    numbers = found.aggregate(
        *(Sum(rows.fields[name].attribute) for name in sums),
        *(Avg(rows.fields[name].attribute) for name in averages),
    )
    return {
        "total": found.count(),
<% if ns.grouped %>
        "counts": {
            name: _counts(found, rows.fields[name], rows.fields.get(count_sum)) for name in counts
        },
<% else %>
        "counts": << "{name: _counts(found, rows.fields[name]) for name in counts}" if counts else "{}" >>,
<% endif %>
        "sums": {
            name: _number(numbers[f"{rows.fields[name].attribute}__sum"]) or 0 for name in sums
        },
<% if ns.amount %>
        "averages": {
            name: _average(rows.fields[name], numbers[f"{rows.fields[name].attribute}__avg"])
            for name in averages
        },
<% else %>
        "averages": {name: numbers[f"{rows.fields[name].attribute}__avg"] for name in averages},
<% endif %>
        "months": << "_months(found, rows, month, month_sum) if month else []" if ns.month else "[]" >>,
    }
<% if counts %>


<% if ns.grouped %>
def _counts(found, field, summed):
    """Return how many rows have each value of a field, and what another one adds up to."""
<% else %>
def _counts(found, field):
    """Return how many rows have each value of a field."""
<% endif %>
<% if ns.ref and (ns.choice or ns.boolean) %>
    if isinstance(field, Ref):
        return _references(found, field<< ", summed" if ns.grouped else "" >>)
<% endif %>
<% if ns.choice or ns.boolean %>
<% if ns.grouped %>
    rows = found.values_list(field.attribute).annotate(found=Count("pk"), found_sum=_total(summed))
    groups = {value: (count, total) for value, count, total in rows}
<% else %>
    counts = dict(found.values_list(field.attribute).annotate(Count("pk")))
<% endif %>
<% if ns.choice and ns.boolean %>
    values = field.values if isinstance(field, Choice) else (True, False)
<% elif ns.choice %>
    values = field.values
<% else %>
    values = (True, False)
<% endif %>
<% if ns.grouped %>
    return [_group(summed, value, *groups.get(value, (0, None))) for value in values]
<% else %>
    return [{"value": value, "count": counts.get(value, 0)} for value in values]
<% endif %>
<% endif %>
<% if ns.ref and (ns.choice or ns.boolean) %>


<% if ns.grouped %>
def _references(found, field, summed):
    """Return how many rows refer to each row of another table, and what they add up to."""
<% else %>
def _references(found, field):
    """Return how many rows refer to each row of another table, by its title."""
<% endif %>
<% endif %>
<% if ns.ref and ns.grouped %>
    known = found.exclude(**{field.attribute: None}).values_list(field.attribute)
    groups = known.annotate(found=Count("pk"), found_sum=_total(summed))
    order = [F("found_sum").desc(nulls_last=True), "-found", field.attribute]
    groups = groups.order_by(*order)[:MOST_TITLES]
    target = found.model._meta.get_field(field.name).related_model
    titles = target.objects.in_bulk([id for id, _, _ in groups])
    shown = [_group(summed, str(titles[id]), count, total) for id, count, total in groups]
    without = found.filter(**{field.attribute: None})
    numbers = without.aggregate(found=Count("pk"), found_sum=_total(summed))
    if numbers["found"]:
        shown.append(_group(summed, None, *numbers.values()))
    return shown
<% elif ns.ref %>
    counts = found.values_list(field.attribute).annotate(count=Count("pk"))
    most = counts.exclude(**{field.attribute: None}).order_by("-count", field.attribute)
    most = dict(most[:MOST_TITLES])
    others = found.model._meta.get_field(field.name).related_model.objects.in_bulk(list(most))
    pairs = [(str(others[id]), count) for id, count in most.items()]
    without = found.filter(**{field.attribute: None}).count()
    if without:
        pairs.append((None, without))
    return [{"value": value, "count": count} for value, count in pairs]
<% endif %>
<% endif %>
<% if ns.grouped %>


def _group(summed, value, count, total):
    """Return a value with how many rows have it, and what they add up to where that is money."""
    return {"value": value, "count": count, "sum": (_number(total) or 0) if summed else None}


def _total(summed):
    """Return what adds up a field; where there is none the count stands in, and is not shown."""
    return Sum(summed.attribute) if summed else Count("pk")
<% endif %>
<% if ns.month %>


def _months(found, rows, name, summed):
    """Return how many rows fall into each of the last months, and the sum of one field."""
    name = rows.fields[name].attribute
    months = found.exclude(**{name: None}).values(start=TruncMonth(name)).order_by("-start")
    months = months.annotate(count=Count("pk"))
    if summed:
        months = months.annotate(total=Sum(rows.fields[summed].attribute))
    return [
        {
            "month": f"{month['start']:%Y-%m}",
            "count": month["count"],
            "sum": _number(month["total"]) or 0 if summed else None,
        }
        for month in reversed(months[:MOST_MONTHS])
    ]
<% endif %>
<% if ns.amount %>


def _average(field, value):
    """Return an average in the unit of its field; the database has amounts in cents."""
    return value / 100 if isinstance(field, Money) and value is not None else value
<% endif %>


def _number(value):
    """Return a number for JSON."""
<% if ns.money %>
    return float(value) if isinstance(value, Decimal) else value
<% else %>
    return value
<% endif %>
