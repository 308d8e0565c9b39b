-- lfs: LuaFileSystem.
local G = ...
local native, settle = G.native, G.settle
local M = { _VERSION = "LuaFileSystem 1.8.0" }

local function attributes(path, wanted, of_link)
  local found, err = settle(3, native.file_attributes(tostring(path), of_link))
  if not found then
    return nil, err, 2
  end
  if type(wanted) == "string" then
    if wanted ~= "target" and found[wanted] == nil then
      error("invalid attribute name '" .. wanted .. "'", 3)
    end
    return found[wanted]
  end
  if type(wanted) == "table" then
    for key, value in pairs(found) do
      wanted[key] = value
    end
    return wanted
  end
  return found
end

function M.attributes(path, wanted)
  return attributes(path, wanted, false)
end

function M.symlinkattributes(path, wanted)
  return attributes(path, wanted, true)
end

function M.dir(path)
  local names, err = settle(2, native.file_names(tostring(path)))
  if not names then
    error(err, 2)
  end
  local at = 0
  local handle = {}
  function handle.next()
    if not names then
      error("closed directory", 2)
    end
    at = at + 1
    return names[at]
  end
  function handle.close()
    names = nil
  end
  return handle.next, handle
end

function M.mkdir(path)
  return settle(2, native.file_make_folder(tostring(path)))
end

function M.rmdir(path)
  return settle(2, native.file_remove_folder(tostring(path)))
end

function M.touch(path, access, modification)
  return settle(2, native.file_touch(tostring(path), access, modification))
end

function M.link(target, path, is_symbolic)
  return settle(2, native.file_link(tostring(path), tostring(target), is_symbolic))
end

function M.currentdir()
  return native.file_current()
end

-- The folder is the whole process's: one plugin must not move the others.
function M.chdir()
  return nil, "not supported: the working directory belongs to the gateway"
end

function M.setmode()
  return true, "binary"
end

return M
