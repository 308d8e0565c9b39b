return require("kong.plugins.pre-function.functions").handler(-1000)
