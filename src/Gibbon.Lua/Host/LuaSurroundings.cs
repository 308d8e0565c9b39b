using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>What all states of a gateway are in: its settings, and once it has started what it offers to plugins.</summary>
internal sealed class LuaSurroundings(ISettings settings)
{
    private int _openStates;

    private readonly List<(LogLevel Level, string Text, string File, int Line)> _early = [];

    public ISettings Settings => settings;

    /// <summary>What the gateway offers to plugins; null until it has started.</summary>
    public PluginHost? Host { get; private set; }

    public LuaHost? Lua { get; set; }

    /// <summary>How many states are open, those that only finish what they have among them.</summary>
    public int OpenStates => Volatile.Read(ref _openStates);

    /// <summary>The files that plugins are made of.</summary>
    public LuaFiles Files { get; } = new(settings);

    /// <summary>A state has been opened, or closed.</summary>
    public void Count(int change) => Interlocked.Add(ref _openStates, change);

    /// <summary>The gateway has started: what was logged until now is written.</summary>
    public void Start(PluginHost host)
    {
        if (Host is not null)
        {
            return;
        }

        Host = host;
        lock (_early)
        {
            foreach ((LogLevel level, string text, string file, int line) in _early)
            {
                host.Logger("lua").Write(level, text, file, line);
            }

            _early.Clear();
        }
    }

    /// <summary>Writes to the log outside of a request.</summary>
    public void Log(LogLevel level, string text, string file, int line, string? plugin)
    {
        if (Host is { } host)
        {
            host.Logger(plugin ?? "lua").Write(level, text, file, line);
            return;
        }

        lock (_early)
        {
            _early.Add((level, text, file, line));
        }
    }
}
