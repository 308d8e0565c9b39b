using Gibbon.Lua.Host;
using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Schemas;

/// <summary>
/// Reads what the files of plugins say: name, priority, version, phases, schema. In a state of its own, which stays alive as long as one of the schemas, because the
/// functions of a schema live in it; one thread at a time calls them.
/// </summary>
internal sealed class PluginReader
{
    private readonly LuaState _state;

    public PluginReader(LuaSurroundings surroundings) => _state = LuaWorld.Open(surroundings, -1, out _);

    /// <summary>Reads a plugin.</summary>
    /// <exception cref="PluginLoadException">It is not there, or something in it is wrong.</exception>
    public LuaPluginDescription Read(string name)
    {
        lock (_state)
        {
            nint L = _state.Main;
            try
            {
                // The schemas first: whatever files they are made of are known then, apart from those that only the handler needs.
                _state.Surroundings.Files.DefinesPlugins = true;
                (Schema schema, IReadOnlyList<ValueMap> entities) = Schemas(name);
                _state.Surroundings.Files.DefinesPlugins = false;
                LuaWorld.LoadFile(_state, "check_endpoints", name);
                LuaWorld.LoadHandler(_state, name);
                int handler = LuaApi.lua_gettop(L);
                return new LuaPluginDescription(name, Priority(L, handler, name), Version(L, handler), Phases(L, handler), schema) { Entities = entities };
            }
            finally
            {
                _state.Surroundings.Files.DefinesPlugins = false;
                LuaApi.lua_settop(L, 1);
            }
        }
    }

    /// <summary>Reads a schema that is the value of a Lua expression: what the tests of the language of schemas need.</summary>
    public Schema Define(string text, Func<ValueMap, Schema> read)
    {
        lock (_state)
        {
            string? error = _state.Load(System.Text.Encoding.UTF8.GetBytes(text), "=schema") ?? _state.Call(0, 1);
            if (error is not null)
            {
                throw new PluginLoadException(error);
            }

            try
            {
                return read(Definition());
            }
            finally
            {
                LuaApi.lua_settop(_state.Main, 1);
            }
        }
    }

    private (Schema Schema, IReadOnlyList<ValueMap> Entities) Schemas(string name)
    {
        try
        {
            LuaWorld.LoadFile(_state, "load_schema", name);
        }
        catch (PluginLoadException)
        {
            // Of a plugin that is not there at all it is the handler that is missed.
            LuaWorld.LoadHandler(_state, name);
            throw;
        }

        try
        {
            Schema schema = SchemaDefinition.Plugin(Definition(), Schema.Of<Gibbon.Pdk.Entities.Plugin>());
            LuaWorld.LoadFile(_state, "load_daos", name);
            ValueMap[] entities = [.. (new DefinitionTable(_state).Read(-1) as ValueList ?? []).OfType<ValueMap>()];
            foreach (ValueMap entity in entities)
            {
                EntityDefinition.Read(name, entity, SchemaOptions.Default);
            }

            return (schema, entities);
        }
        catch (SchemaDefinitionException failure)
        {
            throw new PluginLoadException($"error loading plugin schemas: on plugin '{name}': {failure.Message}");
        }
    }

    private ValueMap Definition() =>
        new DefinitionTable(_state).Read(-1) as ValueMap ?? throw new PluginLoadException("error loading plugin schemas: a schema must be a table");

    private static int Priority(nint L, int handler, string name)
    {
        LuaType type = LuaStack.GetField(L, handler, "PRIORITY");
        double number = LuaApi.lua_tonumber(L, -1);
        return type == LuaType.Number && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
            ? (int)number
            : throw new PluginLoadException(
                $"Plugin \"{name}\" cannot be loaded because its PRIORITY field is not a valid integer number, got: \"{LuaValues.Describe(L, -1)}\".");
    }

    /// <summary>The version that a handler states. What is missing is zero, as Kong has it; the registry refuses what is no version.</summary>
    public static string Version(nint L, int handler)
    {
        LuaStack.GetField(L, handler, "VERSION");
        string said = LuaValues.Describe(L, -1);
        string[] parts = said.Split('.');
        return parts.Length < 3 && parts.All(static part => part.Length > 0 && part.All(char.IsAsciiDigit))
            ? string.Join('.', parts.Concat(["0", "0"]).Take(3))
            : said;
    }

    private static PluginPhases Phases(nint L, int handler)
    {
        PluginPhases phases = PluginPhases.None;
        foreach ((string name, Phase phase) in LuaPhases.Methods)
        {
            if (LuaStack.GetField(L, handler, name) == LuaType.Function)
            {
                phases |= (PluginPhases)phase;
            }
        }

        return phases;
    }
}
