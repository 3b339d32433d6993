<% from "web/python.jinja" import import_names %>
"""What is stored, one module for each kind: what is taken, what is given back, and its table."""

<< import_names(".", contract.entities | map(attribute="plural") | sort) >>

__all__ = [
<% for name in contract.entities | map(attribute="plural") | sort %>
    "<< name >>",
<% endfor %>
]
