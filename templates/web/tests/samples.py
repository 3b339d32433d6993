<% from "web/python.jinja" import entry %>
<% set json = "get_json()" if contract.stack == "flask" else "json()" %>
<# A row may refer to one that cannot do without a row of its kind: that row is there before it. #>
<% set ns = namespace(parents=false, lists=false, circle=false) %>
<% for entity in contract.entities %>
<% for field in entity.fields if field.references and not field.required and field.references.entity != entity.name %>
<% for target in contract.entities if target.name == field.references.entity %>
<% for back in target.fields if back.references and back.required and back.references.entity == entity.name %><% set ns.circle = true %><% endfor %>
<% endfor %>
<% endfor %>
<% for field in entity.fields if field.references and field.required %><% if field.type == "many" %><% set ns.lists = true %><% endif %><% set ns.parents = true %><% endfor %>
<% endfor %>
"""Rows to test with: two valid bodies of each kind, and what adds them through the API."""

# Where each kind lives.
PATHS = {
<% for entity in contract.entities %>
<< entry("    ", entity.name, '"/api/' ~ entity.slug ~ '"') >>
<% endfor %>
}

# Two rows of each kind, different in every field<% if ns.parents %>; references are added by `sample`<% endif %>.
SAMPLES = {
<% for entity in contract.entities %>
    "<< entity.name >>": (
<% for which in ["example", "other"] %>
        {
<% for field in entity.fields if field.type not in ["ref", "many"] %>
<< entry("            ", field.name, "None" if which == "other" and field.unique and not field.required and field.example == field.other else field[which] | py) >>
<% endfor %>
        },
<% endfor %>
    ),
<% endfor %>
}
<% if ns.parents %>

# The references that a row cannot do without.
PARENTS = {
<% for entity in contract.entities %>
<% set refs = entity.fields | selectattr("references") | selectattr("required") | list %>
<% if refs %>
    "<< entity.name >>": {
<% for field in refs %>
<< entry("        ", field.name, '"' ~ field.references.entity ~ '"') >>
<% endfor %>
    },
<% endif %>
<% endfor %>
}
<% endif %>


class Maker:
    """Adds rows through a client<% if ns.parents %>, their required parents first<% endif %>."""

<% if contract.auth %>
    def __init__(self, client, headers=None):
        self.client = client
        self.headers = headers or {}
<% else %>
    def __init__(self, client):
        self.client = client
<% endif %>
<% if ns.parents %>
        self.made = {}
<% endif %>
<% if ns.circle %>
        self.needed = {}
<% endif %>

    def __call__(self, kind, which=0, /, **values):
        """Add a row of a kind, with these values, and return it."""
<% if ns.circle %>
        if (kind, which) in self.needed:
            # It is there already, because another row could not do without it.
            path = f"{PATHS[kind]}/{self.needed.pop((kind, which))['id']}"
<% if contract.auth %>
            response = self.client.patch(path, json=values, headers=self.headers)
<% else %>
            response = self.client.patch(path, json=values)
<% endif %>
            assert response.status_code == 200, response.text
            return response.<< json >>
<% endif %>
<% if contract.auth %>
        body = self.sample(kind, which, **values)
        response = self.client.post(PATHS[kind], json=body, headers=self.headers)
<% else %>
        response = self.client.post(PATHS[kind], json=self.sample(kind, which, **values))
<% endif %>
        assert response.status_code == 201, response.text
<% if ns.parents %>
        row = response.<< json >>
        self.made.setdefault((kind, which), row)
        return row
<% else %>
        return response.<< json >>
<% endif %>

    def sample(self, kind, which=0, /, **values):
        """Return the body of a row."""
<% if not ns.parents %>
        return {**SAMPLES[kind][which], **values}
<% else %>
        body = {**SAMPLES[kind][which], **values}
        for field, parent in PARENTS.get(kind, {}).items():
            if field not in values:
<% if ns.lists %>
                id = self.parent(parent, which)["id"]
                body[field] = [id] if field.endswith("_ids") else id
<% else %>
                body[field] = self.parent(parent, which)["id"]
<% endif %>
        return body

    def parent(self, kind, which=0):
        """Return the row of a kind that others refer to; the first call adds it."""
<% if ns.circle %>
        if (kind, which) not in self.made:
            self.needed[kind, which] = self(kind, which)
        return self.made[kind, which]
<% else %>
        return self.made.get((kind, which)) or self(kind, which)
<% endif %>
<% endif %>
