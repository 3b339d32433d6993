<% from "web/python.jinja" import import_names, wrap %>
<% set names = contract.entities | map(attribute="plural") | list %>
"""The JSON API, one module for each kind of thing that is stored."""

<< import_names(".", names | sort) >>

<% set routers = namespace(list=[]) %>
<% for name in names %><% set routers.list = routers.list + [name ~ ".router"] %><% endfor %>
<< wrap("", "ROUTERS = (", routers.list, ",)" if names | length == 1 else ")") >>
