-- pl.path
local lfs = require("lfs")
local utils = require("pl.utils")
local M = { sep = "/", dirsep = ":", is_windows = false }

M.attrib, M.link_attrib, M.currentdir, M.mkdir, M.rmdir, M.dir = lfs.attributes, lfs.symlinkattributes, lfs.currentdir, lfs.mkdir, lfs.rmdir, lfs.dir

local function mode(path)
  utils.assert_string(1, path)
  return lfs.attributes(path, "mode")
end

function M.isdir(path) return mode(path) == "directory" end
function M.isfile(path) return mode(path) == "file" end
function M.exists(path) return mode(path) ~= nil and path or nil end
function M.islink(path) return lfs.symlinkattributes(path, "mode") == "link" end
function M.getsize(path) return lfs.attributes(path, "size") end
function M.getatime(path) return lfs.attributes(path, "access") end
function M.getmtime(path) return lfs.attributes(path, "modification") end
function M.getctime(path) return lfs.attributes(path, "change") end
function M.isabs(path) return path:sub(1, 1) == "/" end

function M.splitpath(path)
  local at = #path
  while at > 0 and path:sub(at, at) ~= "/" do
    at = at - 1
  end
  if at == 0 then
    return "", path
  end
  return path:sub(1, math.max(at - 1, at == 1 and 1 or 0)), path:sub(at + 1)
end

function M.splitext(path)
  local at = #path
  while at > 0 do
    local char = path:sub(at, at)
    if char == "." then
      return path:sub(1, at - 1), path:sub(at)
    end
    if char == "/" then
      break
    end
    at = at - 1
  end
  return path, ""
end

function M.dirname(path) return (M.splitpath(path)) end
function M.basename(path) return select(2, M.splitpath(path)) end
function M.extension(path) return select(2, M.splitext(path)) end

function M.join(first, ...)
  local path = utils.assert_string(1, first)
  for i = 1, select("#", ...) do
    local part = (select(i, ...))
    if M.isabs(part) then
      path = part
    elseif path == "" or path:sub(-1) == "/" then
      path = path .. part
    else
      path = path .. "/" .. part
    end
  end
  return path
end

function M.normpath(path)
  local parts, is_abs = {}, M.isabs(path)
  for part in path:gmatch("[^/]+") do
    if part == ".." then
      if #parts > 0 and parts[#parts] ~= ".." then
        parts[#parts] = nil
      elseif not is_abs then
        parts[#parts + 1] = part
      end
    elseif part ~= "." then
      parts[#parts + 1] = part
    end
  end
  local result = (is_abs and "/" or "") .. table.concat(parts, "/")
  return result == "" and "." or result
end
M.normcase = function(path) return path end

function M.abspath(path, from)
  if not M.isabs(path) then
    path = M.join(from or lfs.currentdir(), path)
  end
  return M.normpath(path)
end

function M.relpath(path, start)
  local to, from = utils.split(M.abspath(path), "/", true), utils.split(M.abspath(start or lfs.currentdir()), "/", true)
  local common = 0
  while common < #to and common < #from and to[common + 1] == from[common + 1] do
    common = common + 1
  end
  local parts = {}
  for _ = common + 1, #from do
    parts[#parts + 1] = ".."
  end
  for i = common + 1, #to do
    parts[#parts + 1] = to[i]
  end
  return table.concat(parts, "/")
end

function M.expanduser(path)
  if path:sub(1, 1) ~= "~" then
    return path
  end
  local home = os.getenv("HOME")
  if not home then
    return nil, "failed to expand '~' (HOME not set)"
  end
  return home .. path:sub(2)
end

function M.common_prefix(a, b)
  local dir
  if #a > #b then
    a, b = b, a
  end
  for i = 1, #a do
    if a:sub(i, i) ~= b:sub(i, i) then
      dir = a:sub(1, i - 1)
      break
    end
  end
  dir = dir or a
  return M.isdir(dir) and dir or M.dirname(dir)
end

M.tmpname = os.tmpname

function M.package_path(name)
  return package.searchpath(name, package.path)
end

return M
