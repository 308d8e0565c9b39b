-- Where modules come from. What belongs to Kong, nginx and JSON is ours; of anything else the package path comes first, so that a rock which
-- somebody brought is the one that is used.
local G = ...
local native, load = G.native, loadstring
local find, loaders = string.find, package.loaders

local ours_first = { ["^kong%."] = true, ["^ngx%."] = true, ["^resty%.core"] = true, ["^cjson"] = true, ["^table%."] = true, ["^thread%."] = true }

local function is_ours_first(name)
  if find(name, "^kong%.plugins%.") and not find(name, "^kong%.plugins%.p[or][se]t?%-function%.") then
    return false
  end
  for pattern in pairs(ours_first) do
    if find(name, pattern) then
      return true
    end
  end
  return name == "cjson"
end

local function load_own(name)
  if find(name, "^gibbon%.") then
    return "\n\tno module of the gateway '" .. name .. "'"
  end
  local text = native.own_module(name)
  if not text then
    return "\n\tno module of the gateway '" .. name .. "'"
  end
  local chunk = assert(load(text, "=" .. name))
  return function()
    return chunk(G)
  end
end

table.insert(loaders, 2, function(name)
  return is_ours_first(name) and load_own(name) or nil
end)
table.insert(loaders, function(name)
  return not is_ours_first(name) and load_own(name) or nil
end)

-- nginx is linked with libcrypto, so that rocks find its functions in ffi.C.
local load_ffi = package.preload.ffi
if load_ffi then
  function package.preload.ffi(...)
    local ffi = load_ffi(...)
    for _, name in ipairs({ "libcrypto.so.3", "libssl.so.3" }) do
      local ok, library = pcall(ffi.load, name, true)
      G[name] = ok and library or nil
    end
    return ffi
  end
end

-- OpenResty's LuaJIT has these beside the libraries they belong to.
for _, name in ipairs({ "table.new", "table.clear", "table.nkeys", "table.isarray", "table.isempty", "table.clone" }) do
  local ok, f = pcall(require, name)
  if ok then
    package.loaded[name] = f
  end
end
