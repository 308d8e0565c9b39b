using Gibbon.Lua.Host;
using Gibbon.Lua.Native;
using Gibbon.Lua.Schemas;
using Gibbon.Pdk;

namespace Gibbon.Lua;

/// <summary>Finds the plugins written in Lua: ours, and those on <c>lua_package_path</c>. Plugins in C# ask it for what operators write in Lua.</summary>
internal sealed class LuaPluginLoader : PluginLoader, ILua
{
    private readonly OperatorLua _operators;
    private LuaHost? _live;
    private volatile ISettings? _settings;

    public LuaPluginLoader() => _operators = new OperatorLua(() => Volatile.Read(ref _live));

    public override IReadOnlyCollection<string> Bundled { get; } = ["pre-function", "post-function"];

    /// <summary>How many states the plugins that serve have open.</summary>
    public int OpenStates => Volatile.Read(ref _live)?.Surroundings.OpenStates ?? 0;

    public override bool IsOutdated => Volatile.Read(ref _live)?.Surroundings.Files.Changed().Count > 0;

    public string? Fault(string code) =>
        !LuaLibrary.IsInstalled ? LuaLibrary.Missing
        : _settings?["untrusted_lua"] is "off" ? "loading of untrusted Lua code disabled because 'untrusted_lua' config option is set to 'off'"
        : LuaSyntax.Fault(code);

    public ValueTask<object?> EvaluateAsync(RequestContext context, string code, string? scope = null) => _operators.EvaluateAsync(context, code, scope);

    public override IReadOnlyList<Plugin> Load(IReadOnlyCollection<string> names, ISettings settings)
    {
        _settings = settings;
        if (!LuaLibrary.IsInstalled)
        {
            // Whoever names a plugin of his own must hear of it at once; those that merely come with the gateway, when somebody configures one.
            return names.FirstOrDefault(name => !Bundled.Contains(name)) is { } wanted
                ? throw new PluginLoadException($"{wanted} plugin is enabled but cannot be loaded; {LuaLibrary.Missing}")
                : [.. names.Select(static name => new PluginWithoutLua(name))];
        }

        var host = new LuaHost(settings) { Outdated = OnOutdated, Started = Succeed };
        var reader = new PluginReader(host.Surroundings);
        return [.. names.Select(name => new LuaPlugin(host, reader.Read(name)))];
    }

    // From the files of today there is one host that serves; what went before it finishes what it has.
    private void Succeed(LuaHost host) => Interlocked.Exchange(ref _live, host)?.StopWatching();
}
