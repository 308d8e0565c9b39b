-- pl.file
local utils, path = require("pl.utils"), require("pl.path")
local M = { read = utils.readfile, write = utils.writefile, delete = os.remove, access_time = path.getatime, creation_time = path.getctime,
  modified_time = path.getmtime }

local function target(from, to)
  return path.isdir(to) and path.join(to, path.basename(from)) or to
end

function M.copy(from, to, only_new)
  to = target(from, to)
  if only_new == false and path.exists(to) then
    return false, "file exists: " .. to
  end
  local text, err = utils.readfile(from, true)
  if not text then
    return false, err
  end
  local ok
  ok, err = utils.writefile(to, text, true)
  return ok and true or false, err
end

function M.move(from, to)
  local ok, err = os.rename(from, target(from, to))
  return ok and true or false, err
end

return M
