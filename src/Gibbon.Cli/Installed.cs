namespace Gibbon.Cli;

/// <summary>What this executable has in it: the gateway with the bundled plugins.</summary>
internal static class Installed
{
    public static GatewayParts Parts { get; } = new()
    {
        Plugins = Gibbon.Plugins.BundledPlugins.Create(),
        Loaders = [new Gibbon.Lua.LuaPluginLoader()],
    };
}
