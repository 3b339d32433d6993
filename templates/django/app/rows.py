<% from "web/shared.jinja" import kinds as type_words %>
<% set kinds = type_words(contract) | split %>
<% set refs = "ref" in kinds or "many" in kinds %>
<% set lists = "tags" in kinds or "many" in kinds %>
<% set ns = namespace(sums=false, counts=false, search=false, money=false) %>
<% for entity in contract.entities %>
<% if entity.summed %><% set ns.sums = true %><% endif %>
<% if entity.children %><% set ns.counts = true %><% endif %>
<% if entity.searchable %><% set ns.search = true %><% endif %>
<% endfor %>
<% set csv = "csv" in contract.features %>
<% set me = "user, " if contract.auth else "" %>
<% set found = ["ApiError", "Invalid"] %>
<% set imported = ["MAX_ID"] + (["List"] if lists else []) + (["Many"] if "many" in kinds else []) + (["Ref"] if "ref" in kinds else []) + ["field_of", "moment_text"] %>
<% set linking = (["Ref"] if "ref" in kinds else []) + (["Many"] if "many" in kinds else []) %>
<% set pairs = namespace(any=false) %>
<% for entity in contract.entities %><% for field in entity.fields if field.within %><% set pairs.any = true %><% endfor %><% endfor %>
"""Rows: list, read, write and delete them; every value is checked on the way in."""

from contextlib import contextmanager
<% if ns.sums %>
from decimal import Decimal
<% endif %>

from django.db import IntegrityError, models, transaction

from .errors import ApiError, Invalid
from .fields import << imported | join(", ") >>

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_QUERY_LENGTH = 200


class Rows:
    """The rows of a model, seen through the fields that clients may set."""

    def __init__(
        self,
        model,
        fields,
        *,
        default_sort,
        sortable=(),
        searchable=(),
        filterable=(),
<% if ns.sums %>
        summed=(),
<% endif %>
<% if ns.counts %>
        counts=None,
<% endif %>
    ):
        self.model = model
        self.label = model._meta.verbose_name
<% if lists %>
        fields = [self._field(field) for field in fields]
<% else %>
        fields = [field_of(model._meta.get_field(name)) for name in fields]
<% endif %>
        self.fields = {field.key: field for field in fields}
        self.default_sort = default_sort
        self.sortable = sortable
        self.searched = [self.fields[key].attribute for key in searchable]
        self.filters = {field.query: field for field in fields if field.key in filterable}
<% if ns.sums %>
        self.summed = summed
<% endif %>
<% if ns.counts %>
        # From the name under which a row carries a count to the relation that is counted.
        counts = counts or {}
        self.counts = {key: model._meta.get_field(name) for key, name in counts.items()}
<% endif %>
<% if lists %>

    def _field(self, field):
        return field if isinstance(field, List) else field_of(self.model._meta.get_field(field))
<% endif %>

    def all(self<< ", user" if contract.auth else "" >>):
        """Return << "the rows of an account" if contract.auth else "every row" >> with what they refer to, as a query."""
        rows = self.model.objects<< ".filter(owner=user)" if contract.auth else ".all()" >>
<% if "ref" in kinds %>
        parents = [field.name for field in self.fields.values() if isinstance(field, Ref)]
        if parents:
            rows = rows.select_related(*parents)
<% endif %>
<% if lists %>
        lists = [field.attribute for field in self.fields.values() if isinstance(field, List)]
        return rows.prefetch_related(*lists)
<% else %>
        return rows
<% endif %>

    def page(self, << me >>query):
        """Return one page of rows; `query` holds q, sort, limit, offset and filters."""
        problems = {}
        rows = self._select(<< me >>query, problems)
        limit = _whole_number(query, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT, problems)
        offset = _whole_number(query, "offset", 0, 0, MAX_ID, problems)
        if problems:
            raise Invalid(problems)
        page = {
            "items": self.load(rows[offset : offset + limit]),
            "total": rows.count(),
            "limit": limit,
            "offset": offset,
        }
<% if ns.sums %>
        if self.summed:
            page["sums"] = self._sums(rows)
<% endif %>
        return page

<% if csv %>
    def select(self, << me >>query):
        """Return all rows that a query finds, in its order."""
        problems = {}
        rows = self._select(<< me >>query, problems)
        if problems:
            raise Invalid(problems)
        return rows

<% endif %>
    def find(self, << me >>id):
        """Return one row as an object of the model."""
        row = self.all(<< me | trim(", ") >>).filter(pk=id).first() if id <= MAX_ID else None
        if row is None:
            raise ApiError(404, f"There is no {self.label} with the id {id}.")
        return row

    def get(self, << me >>id):
        """Return one row."""
        return self.load([self.find(<< me >>id)])[0]

    def create(self, << me >>body):
        """Add a row and return it; what the body leaves out gets its default."""
        return self.get(<< me >>self.add(<< me >>body).pk)

    def add(self, << me >>body):
        """Add a row and return it as an object of the model."""
        row = self.model(<< "owner=user" if contract.auth else "" >>)
        with self.writing():
            self._write(<< me >>row, body, self.fields.values())
        return row

    def replace(self, << me >>id, body):
        """Write every field of a row and return it; what the body leaves out gets its default."""
        with self.writing():
            self._write(<< me >>self.find(<< me >>id), body, self.fields.values())
        return self.get(<< me >>id)

    def update(self, << me >>id, body):
        """Write the fields that the body names and return the row."""
        fields = [field for field in self.fields.values() if field.key in body]
        with self.writing():
            self._write(<< me >>self.find(<< me >>id), body, fields)
        return self.get(<< me >>id)

    def delete(self, << me >>id):
        """Delete a row and what cannot be without it."""
        with self.writing():
            self.find(<< me >>id).delete()

    def load(self, rows):
        """Return objects of the model as rows for JSON."""
        rows = list(rows)
<% if ns.counts %>
        counts = self._counts([row.pk for row in rows])
        return [self._row(row, counts) for row in rows]
<% else %>
        return [self._row(row) for row in rows]
<% endif %>
<% if "tags" in kinds %>

    def in_use(self, << me >>key):
        """Return the names that a field of tags has in use, with how often."""
        name = self.fields[key].lookup()
        rows = self.model.objects.filter(<< "owner=user, " if contract.auth else "" >>**{f"{name}__isnull": False})
        counts = rows.values_list(name).annotate(models.Count("pk"))
        counts = sorted(counts, key=lambda pair: (pair[0].casefold(), pair[0]))
        return {"items": [{"name": name, "count": count} for name, count in counts]}
<% endif %>

    @contextmanager
    def writing(self):
        """Write all or nothing, and say which rule of the database a write would have broken."""
        try:
            with transaction.atomic():
                yield
        except IntegrityError as error:
            raise self._refusal(str(error)) from error

    def _write(self, << me >>row, body, fields):
        values = self._clean(<< me >>body, fields)
<% if lists %>
        lists = [field for field in fields if isinstance(field, List)]
        for field in fields:
            if field not in lists:
                setattr(row, field.attribute, values[field.key])
        row.save()
        for field in lists:
            field.write(row, values[field.key])
<% else %>
        for field in fields:
            setattr(row, field.attribute, values[field.key])
        row.save()
<% endif %>

    def _clean(self, << me >>body, fields):
        """Return what to store, or refuse with all that is wrong at once."""
        values, problems = {}, {}
        for field in fields:
            try:
                sent = field.key in body
                value = field.clean(body[field.key]) if sent else field.missing()
<% if linking %>
                if isinstance(field, << linking | join(" | ") >>):
                    target = self.model._meta.get_field(field.name).related_model
                    field.find(value, target.objects.<< "filter(owner=user)" if contract.auth else "all()" >>)
<% endif %>
                values[field.key] = value
            except ValueError as error:
                problems[field.key] = str(error)
        if problems:
            raise Invalid(problems)
        return values

    def _refusal(self, reason):
        kind, _, columns = reason.partition(" constraint failed: ")
<% if pairs.any %>
        names = [column.rpartition(".")[2] for column in columns.split(", ")]
        field = self.fields.get(names[-1])
        if kind == "UNIQUE" and field:
            labels = [self.fields[name].label for name in names if name in self.fields]
            message = f"{field.label} is taken by another {self.label}."
            if len(labels) > 1:
                same = " and ".join(labels).lower()
                message = f"Another {self.label} has the same {same}."
<% else %>
        field = self.fields.get(columns.rpartition(".")[2])
        if kind == "UNIQUE" and field:
            message = f"{field.label} is taken by another {self.label}."
<% endif %>
            return ApiError(409, message, {field.key: message})
        return ApiError(422, "These values break a rule of the database.")

    def _select(self, << me >>query, problems):
        rows = self._narrow(self.all(<< me | trim(", ") >>), query, problems)
        return rows.order_by(*self._order(query, problems))

    def _narrow(self, rows, query, problems):
        for name, field in self.filters.items():
            text = query.get(name, "").strip()
            if text:
                try:
                    rows = rows.filter(**{field.lookup(): field.from_query(text)})
                except ValueError as error:
                    problems[name] = str(error)
        text = query.get("q", "").strip()
        if len(text) > MAX_QUERY_LENGTH:
            problems["q"] = f"The search must have at most {MAX_QUERY_LENGTH} characters."
<% if ns.search %>
        elif text and self.searched:
            matches = models.Q()
            for attribute in self.searched:
                matches |= models.Q(**{f"{attribute}__fold__contains": text.casefold()})
            rows = rows.filter(matches)
<% endif %>
        return rows

    def _order(self, query, problems):
        sort = query.get("sort", "").strip() or self.default_sort
        name = sort.removeprefix("-")
        if name not in self.sortable:
            names = ", ".join(self.sortable)
            problems["sort"] = f"Sort by one of: {names}; - before it for descending."
            return []
        column = self.fields[name].order() if name in self.fields else models.F(name)
        # Rows without a value come last either way; the id decides between equals.
        if sort.startswith("-"):
            return [column.desc(nulls_last=True), "-pk"]
        return [column.asc(nulls_last=True), "pk"]
<% if ns.sums %>

    def _sums(self, rows):
        attributes = {key: self.fields[key].attribute for key in self.summed}
        sums = rows.order_by().aggregate(*map(models.Sum, attributes.values()))
        return {key: _number(sums[f"{name}__sum"]) for key, name in attributes.items()}
<% endif %>
<% if ns.counts %>

    def _counts(self, ids):
        """Return how many rows refer to these, for each relation that is counted."""
        counts = {}
        for name, relation in self.counts.items():
            field = relation.field.name
            rows = relation.related_model.objects.filter(**{f"{field}__in": ids})
            counts[name] = dict(rows.values_list(field).annotate(models.Count("pk")))
        return counts
<% endif %>

    def _row(self, row<< ", counts" if ns.counts else "" >>):
        values = {"id": row.pk}
        for field in self.fields.values():
            values[field.key] = field.load(row)
<% if linking %>
            if isinstance(field, << linking | join(" | ") >>):
                values[field.titles] = field.title(row)
<% endif %>
<% if ns.counts %>
        for name in self.counts:
            values[name] = counts[name].get(row.pk, 0)
<% endif %>
        values["created_at"] = moment_text(row.created_at)
        values["updated_at"] = moment_text(row.updated_at)
        return values
<% if ns.sums %>


def _number(total):
    return float(total) if isinstance(total, Decimal) else total or 0
<% endif %>


def _whole_number(query, name, default, least, most, problems):
    text = query.get(name, "").strip()
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most:
        return int(text)
    problems[name] = f"This must be a whole number from {least} to {most}."
    return default
