-- pl.dir
local path, lfs = require("pl.path"), require("lfs")
local M = {}

local function as_list(t)
  return setmetatable(t, require("pl.List"))
end

-- A pattern of files as one of Lua.
local function to_pattern(mask)
  return "^" .. mask:gsub("[%-%.%+%[%]%(%)%$%^%%]", "%%%0"):gsub("%*", ".*"):gsub("%?", ".") .. "$"
end

function M.fnmatch(name, mask)
  return name:find(to_pattern(mask)) ~= nil
end

function M.filter(names, mask)
  local found = {}
  for _, name in ipairs(names) do
    if M.fnmatch(name, mask) then
      found[#found + 1] = name
    end
  end
  return as_list(found)
end

local function list(folder, wants_files, mask)
  local found = {}
  for name in lfs.dir(folder) do
    local full = path.join(folder, name)
    if name ~= "." and name ~= ".." and path.isfile(full) == wants_files and (wants_files or path.isdir(full)) and (not mask or M.fnmatch(name, mask)) then
      found[#found + 1] = full
    end
  end
  table.sort(found)
  return as_list(found)
end

function M.getfiles(folder, mask) return list(folder or ".", true, mask) end
function M.getdirectories(folder) return list(folder or ".", false) end

function M.getallfiles(folder, mask)
  local found = M.getfiles(folder, mask)
  for _, inner in ipairs(M.getdirectories(folder)) do
    found:extend(M.getallfiles(inner, mask))
  end
  return found
end

-- Folder by folder: its path, the names of its folders and of its files.
function M.walk(root, bottom_up)
  local function visit(folder)
    local folders, files = {}, {}
    for _, inner in ipairs(M.getdirectories(folder)) do
      folders[#folders + 1] = path.basename(inner)
    end
    for _, file in ipairs(M.getfiles(folder)) do
      files[#files + 1] = path.basename(file)
    end
    if not bottom_up then
      coroutine.yield(folder, as_list(folders), as_list(files))
    end
    for _, name in ipairs(folders) do
      visit(path.join(folder, name))
    end
    if bottom_up then
      coroutine.yield(folder, as_list(folders), as_list(files))
    end
  end
  return coroutine.wrap(function()
    visit(root)
  end)
end

function M.makepath(folder)
  folder = path.normpath(folder)
  if path.isdir(folder) then
    return true
  end
  local parent = path.dirname(folder)
  if parent ~= "" and parent ~= folder then
    local ok, err = M.makepath(parent)
    if not ok then
      return nil, err
    end
  end
  return lfs.mkdir(folder)
end

function M.rmtree(folder)
  for inner, _, files in M.walk(folder, true) do
    for _, name in ipairs(files) do
      local ok, err = os.remove(path.join(inner, name))
      if not ok then
        return nil, err
      end
    end
    local ok, err = lfs.rmdir(inner)
    if not ok then
      return nil, err
    end
  end
  return true
end

M.copyfile, M.movefile = require("pl.file").copy, require("pl.file").move

return M
