return require("kong.plugins.pre-function.functions").schema("post-function")
