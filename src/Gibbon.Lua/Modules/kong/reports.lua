-- kong.reports: nothing is ever sent to anybody, so that there is nothing to add to.
local M = {}

function M.get_ping_value() end

for _, name in ipairs({ "add_ping_value", "add_entity_reports", "add_immutable_value", "send", "toggle", "configure_ping", "init_worker", "log", "get_counter" }) do
  M[name] = M.get_ping_value
end

return M
