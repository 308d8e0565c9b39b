-- kong.tools.module
return { load_module_if_exists = require("kong.tools.utils").load_module_if_exists }
