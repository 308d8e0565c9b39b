using System.Diagnostics.CodeAnalysis;
using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary>A call of a method of <c>kong.db</c>: which entities, and what the options say. Read before anything waits, since the stack is gone then.</summary>
internal sealed class EntityCall
{
    private const int LongestTtl = 100_000_000;
    private const int MostTags = 5;

    private readonly LuaState _state;
    private readonly bool _nulls;
    private readonly bool _showsWorkspace;

    private EntityCall(LuaState state, IEntityAccess<ValueMap> entities, ValueMap options)
    {
        _state = state;
        Entities = entities;
        _nulls = options.Get("nulls") is true;
        _showsWorkspace = options.Get("show_ws_id") is true && entities.Schema.Workspaceable;
        Options = new EntityOptions
        {
            TimeToLive = options.Get("ttl") is long ttl ? TimeSpan.FromSeconds(ttl) : null,
            Tags = options.GetList("tags") is { } tags ? [.. tags.OfType<string>()] : null,
            AnyTag = options.GetString("tags_cond") == "or",
            Silent = options.Get("no_broadcast_crud_event") is true,
        };
    }

    public IEntityAccess<ValueMap> Entities { get; }

    public EntityOptions Options { get; }

    public Schema Schema => Entities.Schema;

    /// <summary>Reads a call whose first argument is the name of the entities.</summary>
    /// <param name="call">The call.</param>
    /// <param name="options">The place of the options.</param>
    /// <param name="read">What was read.</param>
    /// <param name="error">What is wrong with the options.</param>
    public static bool TryRead(LuaCall call, int options, out EntityCall read, [NotNullWhen(false)] out EntityError? error)
    {
        IEntityAccess<ValueMap> entities = NodeFunctions.Host(call).Entities(call.Text(1))
            ?? throw new InvalidOperationException($"there are no entities '{call.Text(1)}'");
        ValueMap said = LuaValues.ReadMap(call.L, options);
        error = Faults(said, entities.Schema) is { Count: > 0 } faults ? Named(call.State, EntityErrors.InvalidOptions(faults)) : null;
        read = new EntityCall(call.State, entities, error is null ? said : []);
        return error is null;
    }

    /// <summary>The id of the entity that a table means by its primary key.</summary>
    public bool TryKey(ValueMap given, out Guid id, [NotNullWhen(false)] out EntityError? error)
    {
        ValueMap key = new(given.Where(entry => Schema.PrimaryKey.Contains(entry.Key)));
        error = Schema.ValidatePrimaryKey(key) is { } errors ? Named(_state, EntityErrors.InvalidPrimaryKey(errors.Fields)) : null;
        id = error is null ? Entities.IdOf(key) : default;
        return error is null;
    }

    /// <summary>The id that a foreign key refers to.</summary>
    public bool TryForeign(string field, ValueMap given, out Guid id, [NotNullWhen(false)] out EntityError? error)
    {
        error = Schema.CheckField(field, given) is { } fault
            ? Named(_state, EntityErrors.InvalidPrimaryKey(fault as ValueMap ?? new ValueMap { [field] = fault }))
            : null;
        id = error is null && Guid.TryParse(given.GetString("id"), out Guid parsed) ? parsed : default;
        return error is null;
    }

    public int Push(nint L, EntityResult<ValueMap?> result) => result.IsOk ? Push(L, result.Value) : PushError(L, result.Error);

    public int PushPage(nint L, EntityResult<EntityPage<ValueMap>> result)
    {
        if (result.Error is { } error)
        {
            return PushError(L, error);
        }

        IReadOnlyList<ValueMap> rows = result.Value!.Entities;
        LuaApi.lua_createtable(L, rows.Count, 0);
        for (int place = 0; place < rows.Count; place++)
        {
            Push(L, rows[place]);
            LuaApi.lua_rawseti(L, -2, place + 1);
        }

        LuaState.PushKept(L, _state.ArrayMetatable);
        LuaApi.lua_setmetatable(L, -2);
        LuaApi.lua_pushnil(L);
        LuaApi.lua_pushnil(L);
        LuaStack.Push(L, result.Value.NextOffset);
        return 4;
    }

    public int PushError(nint L, EntityError error) => EntityTables.PushError(L, Named(_state, error), _state);

    /// <summary>An error with the name of the store, as Kong's have it.</summary>
    public static EntityError Named(LuaState state, EntityError error) =>
        error.Strategy is null ? error with { Strategy = state.Surroundings.Settings.Database } : error;

    private int Push(nint L, ValueMap? entity)
    {
        if (entity is null)
        {
            LuaApi.lua_pushnil(L);
            return 1;
        }

        EntityTables.Push(L, entity, Schema, _state, _nulls);
        if (_showsWorkspace)
        {
            // There is one workspace; the last part of a cache key is its id.
            string key = Entities.CacheKey("");
            LuaStack.Push(L, key.AsSpan(key.LastIndexOf(':') + 1));
            LuaStack.SetField(L, "ws_id");
        }

        return 1;
    }

    private static ValueMap Faults(ValueMap options, Schema schema)
    {
        ValueMap faults = [];
        if (options.Get("ttl") is { } ttl)
        {
            if (!schema.Ttl)
            {
                faults["ttl"] = $"cannot be used with '{schema.Name}'";
            }
            else if (ttl is not long seconds || seconds is < 0 or > LongestTtl)
            {
                faults["ttl"] = $"must be an integer between 0 and {LongestTtl}";
            }
        }

        if (options.Get("tags") is { } tags && TagFault(options, tags, schema) is var (name, fault))
        {
            faults[name] = fault;
        }

        foreach (string flag in (ReadOnlySpan<string>)["show_ws_id", "transform", "export", "skip_ttl"])
        {
            if (options.Get(flag) is not (null or bool))
            {
                faults[flag] = "must be a boolean";
            }
        }

        if (options.Get("workspace") is not (null or string))
        {
            faults["workspace"] = "must be a string or null";
        }

        return faults;
    }

    private static (string Name, string Fault)? TagFault(ValueMap options, object tags, Schema schema) => tags switch
    {
        _ when schema.Find("tags") is null => ("tags", $"cannot be used with '{schema.Name}'"),
        not ValueList => ("tags", options.Get("tags_cond") is null ? "invalid filter syntax" : "must be a table"),
        ValueList { Count: > MostTags } => ("tags", $"cannot query more than {MostTags} tags"),
        ValueList list when list.OfType<string>().Any(static tag => tag.AsSpan().IndexOfAny(',', '/') >= 0 || tag.Any(char.IsControl)) =>
            ("tags", "must only contain printable ascii (except `,` and `/`) or valid utf-8"),
        ValueList { Count: > 1 } when options.GetString("tags_cond") is not ("and" or "or") =>
            ("tags_cond", "must be a either 'and' or 'or' when more than one tag is specified"),
        _ => null,
    };
}
