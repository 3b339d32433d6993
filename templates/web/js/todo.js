<% if entity.view == "board" %>
// These are drawn on the board.

import "./board.js";
<% else %>
<% include "web/js/checklist.js" %>
<% endif %>
