-- kong.workspaces: there is one, whose name is default.
local M = {}

function M.get_workspace_id()
  return kong.default_workspace
end

function M.get_workspace_name()
  return "default"
end

function M.get_workspace()
  return { id = kong.default_workspace, name = "default" }
end

return M
