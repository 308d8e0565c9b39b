-- Where modules come from. What belongs to Kong, nginx and JSON is ours; of anything else the package path comes first, so that a rock which
-- somebody brought is the one that is used. Files that lie elsewhere are found by the rockspecs beside them. What the system's own packages have
-- installed comes last: nobody brought it for the gateway.
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

-- What LuaSocket makes a global when it is required: plugins use it without requiring it.
local globals = { ltn12 = true }

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
    local module = chunk(G)
    if globals[name] then
      rawset(_G, name, module)
    end
    return module
  end
end

-- What the rockspecs in the folders of the package path say about where modules lie. Read when a module is found nowhere else.
local mapped

local function read_rockspecs()
  mapped = {}
  for _, file in ipairs(native.rockspecs()) do
    local chunk = loadfile(file)
    local said = {}
    if chunk and pcall(setfenv(chunk, said)) and type(said.build) == "table" then
      local folder = file:match("^(.*)/[^/]*$")
      for _, modules in ipairs({ said.build.modules or false, type(said.build.install) == "table" and said.build.install.lua or false }) do
        for name, source in pairs(type(modules) == "table" and modules or {}) do
          if type(name) == "string" and type(source) == "string" and find(source, "%.lua$") then
            mapped[name] = folder .. "/" .. source
          end
        end
      end
    end
  end
end

-- The templates of a path that are the system's own, or those that are not.
local function templates(path, of_system)
  local chosen = {}
  for template in path:gmatch("[^;]+") do
    if (G.system_templates[template] or false) == of_system then
      chosen[#chosen + 1] = template
    end
  end
  return table.concat(chosen, ";")
end

-- The file of a module among the system's or among the others; nil and where it was looked for.
local function find_module(name, of_system)
  local path, tried = package.searchpath(name, templates(package.path, of_system))
  if path or of_system then
    return path, tried
  end
  if not mapped then
    read_rockspecs()
  end
  if mapped[name] then
    return mapped[name]
  end
  return nil, tried
end

-- The file of a module, whoever's; nil and where it was looked for.
function G.find_module(name)
  local path, tried = find_module(name, false)
  if path then
    return path
  end
  local others
  path, others = find_module(name, true)
  return path, not path and tried .. others or nil
end

-- In the place of LuaJIT's own: the host hears which files are in use.
local function text_loader(of_system)
  return function(name)
    local path, tried = find_module(name, of_system)
    if not path then
      return tried
    end
    native.note_file(path)
    local chunk, err = loadfile(path)
    if not chunk then
      error("error loading module '" .. name .. "' from file '" .. path .. "':\n\t" .. err, 0)
    end
    return chunk
  end
end

local function library_loader(loader, of_system)
  return function(name)
    local whole = package.cpath
    package.cpath = templates(whole, of_system)
    local ok, found = pcall(loader, name)
    package.cpath = whole
    if not ok then
      error(found, 0)
    end
    return found
  end
end

local libraries, parts_of_libraries = loaders[3], loaders[4]
for place, loader in ipairs({
  function(name)
    return is_ours_first(name) and load_own(name) or nil
  end,
  text_loader(false), library_loader(libraries, false), library_loader(parts_of_libraries, false),
  function(name)
    return not is_ours_first(name) and load_own(name) or nil
  end,
  text_loader(true), library_loader(libraries, true), library_loader(parts_of_libraries, true),
}) do
  loaders[place + 1] = loader
end

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
