using System.Numerics;
using Gibbon.Lua.Native;
using Gibbon.Lua.Schemas;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Host;

/// <summary>A plugin in one state: its handler, the functions of its phases, and its configurations as tables.</summary>
internal sealed class LoadedPlugin
{
    private readonly Dictionary<object, Configured> _configs = new(ReferenceEqualityComparer.Instance);

    // By the place of a phase's bit; the last is that of no phase.
    private readonly int[] _functions = new int[33];
    private readonly LuaState _state;
    private readonly Field? _config;
    private object? _lastConfig;
    private Configured? _last;

    /// <summary>Takes the handler from the top of the stack.</summary>
    public LoadedPlugin(LuaState state, Field? config)
    {
        _state = state;
        _config = config;
        nint L = state.Main;
        int handler = LuaApi.lua_gettop(L);
        Version = PluginReader.Version(L, handler);
        LuaStack.GetField(L, handler, "PRIORITY");
        Priority = LuaApi.lua_tonumber(L, -1);
        LuaApi.lua_settop(L, handler);
        foreach ((string name, Phase phase) in LuaPhases.Methods)
        {
            if (LuaStack.GetField(L, -1, name) == LuaType.Function)
            {
                Phases |= (PluginPhases)phase;
                _functions[PlaceOf(phase)] = state.Keep();
            }
            else
            {
                LuaApi.lua_settop(L, -2);
            }
        }

        Configure = LuaStack.GetField(L, -1, "configure") == LuaType.Function ? state.Keep() : Drop(L);
        Handler = state.Keep();
    }

    public int Handler { get; }

    public double Priority { get; }

    public string Version { get; }

    public PluginPhases Phases { get; }

    public int Configure { get; }

    public int this[Phase phase] => _functions[PlaceOf(phase)];

    /// <summary>The reference to the table of a configuration, which is the same for as long as the configuration is unchanged.</summary>
    public int Config(object config, PluginInstance? instance)
    {
        Configured known = _last is { } last && ReferenceEquals(config, _lastConfig) ? last : Find(config);
        if (instance is not null && !known.HasPlace)
        {
            known.HasPlace = true;
            LuaState.PushKept(_state.Main, known.Table);
            ConfigTable.AddPlace(_state.Main, instance);
            LuaApi.lua_settop(_state.Main, -2);
        }

        return known.Table;
    }

    /// <summary>Forgets the configurations that are no more.</summary>
    public void Keep(IReadOnlyList<object> configs)
    {
        _lastConfig = null;
        _last = null;
        HashSet<object> alive = new(configs, ReferenceEqualityComparer.Instance);
        foreach ((object config, Configured known) in _configs)
        {
            if (!alive.Contains(config))
            {
                _state.Forget(known.Table);
                _configs.Remove(config);
            }
        }
    }

    private Configured Find(object config)
    {
        if (!_configs.TryGetValue(config, out Configured? known))
        {
            ConfigTable.Push(_state.Main, config as ValueMap ?? [], _config, _state);
            _configs[config] = known = new Configured(_state.Keep());
        }

        _lastConfig = config;
        return _last = known;
    }

    private static int PlaceOf(Phase phase) => BitOperations.TrailingZeroCount((uint)phase);

    private static int Drop(nint L)
    {
        LuaApi.lua_settop(L, -2);
        return 0;
    }

    // A reference to the table, and whether that says where the configuration is attached.
    private sealed class Configured(int table)
    {
        public int Table => table;

        public bool HasPlace { get; set; }
    }
}
