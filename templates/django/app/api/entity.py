<% from "django/model.jinja" import attr, related %>
<% from "web/python.jinja" import import_names, texts, wrap %>
<% from "web/shared.jinja" import cap, count_name %>
<% set url = "/api/" ~ entity.slug %>
<% set csv = "csv" in contract.features %>
<% set me = "request.user, " if contract.auth else "" %>
<% set tags = entity.fields | selectattr("type", "equalto", "tags") | list %>
<% set many = entity.fields | selectattr("type", "equalto", "many") | list %>
<% set kinds = (["Many"] if many else []) + (["Tags"] if tags else []) %>
"""<< cap(entity.label_plural) >>: the JSON API."""

from django.http import HttpResponse, JsonResponse

<% if csv %>
from ..csv_files import export, import_rows
<% endif %>
<% if kinds %>
from ..fields import << kinds | join(", ") >>
<% endif %>
from ..models import << entity.class >>
from ..rows import Rows
from ..views import ApiView, json_body

URL = "<< url >>"

rows = Rows(
    << entity.class >>,
<% if not kinds %>
<% set fields = namespace(list=[]) %>
<% for field in entity.fields %><% set fields.list = fields.list + ['"' ~ attr(field) ~ '"'] %><% endfor %>
<< wrap("    ", "[", fields.list, "],") >>
<% else %>
    [
<% for field in entity.fields %>
<% if field.type in ["tags", "many"] %>
<% set args = ['"' ~ attr(field) ~ '"'] + (['titles="' ~ field.titles ~ '"'] if field.type == "many" else []) + ['key="' ~ field.name ~ '"', 'query="' ~ field.query ~ '"'] + (["required=True"] if field.required else []) %>
<< wrap("        ", ("Tags(" if field.type == "tags" else "Many("), args, "),") >>
<% else %>
        "<< attr(field) >>",
<% endif %>
<% endfor %>
    ],
<% endif %>
    default_sort="<< entity.default_sort >>",
<< texts("    ", "sortable=", entity.sortable, ",") >>
<% if entity.searchable %>
<< texts("    ", "searchable=", entity.searchable, ",") >>
<% endif %>
<% if entity.filterable %>
<< texts("    ", "filterable=", entity.filterable, ",") >>
<% endif %>
<% if entity.summed %>
<< texts("    ", "summed=", entity.summed, ",") >>
<% endif %>
<% if entity.children %>
<% set counts = namespace(list=[]) %>
<% for child in entity.children %>
<% for other in contract.entities if other.name == child.entity %>
<% for field in other.fields if field.name == child.field %>
<% set counts.list = counts.list + ['"' ~ count_name(entity, child) ~ '": "' ~ related(contract, other, field) ~ '"'] %>
<% endfor %>
<% endfor %>
<% endfor %>
<< wrap("    ", "counts={", counts.list, "},") >>
<% endif %>
)


class << entity.class >>List(ApiView):
    """<< url >>."""

    def get(self, request):
        """List << entity.label_plural >>, page by page."""
        return JsonResponse(rows.page(<< me >>request.GET))

    def post(self, request):
        """Add << entity.article >> << entity.label >>."""
        row = rows.create(<< me >>json_body(request))
        return JsonResponse(row, status=201, headers={"Location": f"{URL}/{row['id']}"})


class << entity.class >>Detail(ApiView):
    """<< url >>/<id>."""

    def get(self, request, id):
        """Return << entity.article >> << entity.label >>."""
        return JsonResponse(rows.get(<< me >>id))

    def put(self, request, id):
        """Write every field of << entity.article >> << entity.label >>."""
        return JsonResponse(rows.replace(<< me >>id, json_body(request)))

    def patch(self, request, id):
        """Write the fields that the body names."""
        return JsonResponse(rows.update(<< me >>id, json_body(request)))

    def delete(self, request, id):
        """Delete << entity.article >> << entity.label >>."""
        rows.delete(<< me >>id)
        return HttpResponse(status=204)
<% for field in tags %>


class << entity.class >><< field.name | pascal >>InUse(ApiView):
    """<< url >>/<< field.name | kebab >>."""

    def get(self, request):
        """List the names in use."""
        return JsonResponse(rows.in_use(<< me >>"<< field.name >>"))
<% endfor %>
<% if csv %>


class << entity.class >>Export(ApiView):
    """<< url >>.csv."""

    def get(self, request):
        """Download << entity.label_plural >>."""
        return export(rows, << me >>request.GET)


class << entity.class >>Import(ApiView):
    """<< url >>/import."""

    def post(self, request):
        """Add << entity.label_plural >> from a file, all or none."""
        return JsonResponse({"added": import_rows(rows, request)}, status=201)
<% endif %>
