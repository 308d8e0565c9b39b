-- pl.compat
local utils = require("pl.utils")

return {
  lua51 = true, jit = true, jit52 = true, dir_separator = "/", is_windows = false,
  execute = utils.execute, load = load, setfenv = setfenv, getfenv = getfenv, package_searchpath = package.searchpath,
}
