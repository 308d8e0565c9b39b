using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary>Headers and arguments as tables, and tables as headers and arguments.</summary>
internal static class HeaderTables
{
    /// <summary>Names in lower case; several values are a list.</summary>
    public static void Push(nint L, HeaderMap headers)
    {
        LuaApi.lua_createtable(L, 0, headers.Count);
        foreach ((string name, HeaderValue value) in headers)
        {
            if (value.Count == 1)
            {
                LuaStack.Push(L, value.First);
            }
            else
            {
                LuaApi.lua_createtable(L, value.Count, 0);
                for (int place = 0; place < value.Count; place++)
                {
                    LuaStack.Push(L, value[place]);
                    LuaApi.lua_rawseti(L, -2, place + 1);
                }
            }

            LuaStack.SetField(L, name.ToLowerInvariant());
        }
    }

    /// <summary>An argument without a value is <c>true</c>.</summary>
    public static void Push(nint L, QueryMap arguments)
    {
        LuaApi.lua_createtable(L, 0, arguments.Count);
        foreach ((string name, QueryValue value) in arguments)
        {
            if (value.Count == 1)
            {
                PushOne(L, value[0]);
            }
            else
            {
                LuaApi.lua_createtable(L, value.Count, 0);
                for (int place = 0; place < value.Count; place++)
                {
                    PushOne(L, value[place]);
                    LuaApi.lua_rawseti(L, -2, place + 1);
                }
            }

            LuaStack.SetField(L, name);
        }
    }

    /// <summary>The value of a header: a text, a number, a truth value or a list of those. The Lua around it has checked the types.</summary>
    public static HeaderValue ReadValue(nint L, int index)
    {
        switch (LuaStack.TypeOf(L, index))
        {
            case LuaType.Table:
                index = LuaStack.Absolute(L, index);
                var items = new string[(int)LuaApi.lua_objlen(L, index)];
                for (int place = 0; place < items.Length; place++)
                {
                    LuaApi.lua_rawgeti(L, index, place + 1);
                    items[place] = LuaValues.Describe(L, -1);
                    LuaApi.lua_settop(L, -2);
                }

                return items;
            case LuaType.Nil or LuaType.None:
                return default;
            default:
                return LuaValues.Describe(L, index);
        }
    }

    /// <summary>A table of headers; null for nil.</summary>
    public static HeaderMap? Read(nint L, int index)
    {
        if (LuaStack.TypeOf(L, index) != LuaType.Table)
        {
            return null;
        }

        var headers = new HeaderMap();
        LuaApi.lua_pushnil(L);
        while (LuaApi.lua_next(L, index) != 0)
        {
            if (LuaStack.TypeOf(L, -2) == LuaType.String)
            {
                headers[LuaStack.Text(L, -2)!] = ReadValue(L, -1);
            }

            LuaApi.lua_settop(L, -2);
        }

        return headers;
    }

    /// <summary>A table of arguments.</summary>
    public static QueryMap ReadQuery(nint L, int index)
    {
        var arguments = new QueryMap();
        LuaApi.lua_pushnil(L);
        while (LuaApi.lua_next(L, index) != 0)
        {
            string name = LuaStack.TypeOf(L, -2) == LuaType.String ? LuaStack.Text(L, -2)! : throw new KongArgumentException("arg keys must be strings");
            arguments[name] = Arguments(L, name);
            LuaApi.lua_settop(L, -2);
        }

        return arguments;
    }

    private static QueryValue Arguments(nint L, string name)
    {
        if (LuaStack.TypeOf(L, -1) != LuaType.Table)
        {
            return Argument(L, name);
        }

        QueryValue values = default;
        int list = LuaApi.lua_gettop(L);
        for (int place = 1; place <= (int)LuaApi.lua_objlen(L, list); place++)
        {
            LuaApi.lua_rawgeti(L, list, place);
            QueryValue one = Argument(L, name);
            values = one.Exists ? values.With(one.First) : values;
            LuaApi.lua_settop(L, -2);
        }

        return values;
    }

    private static QueryValue Argument(nint L, string name) => LuaStack.TypeOf(L, -1) switch
    {
        LuaType.Boolean => LuaApi.lua_toboolean(L, -1) != 0,
        LuaType.String or LuaType.Number => LuaStack.Text(L, -1),
        LuaType.Nil => default,
        var type => throw new KongArgumentException($"attempt to use {type.ToString().ToLowerInvariant()} as query arg value: {name}"),
    };

    private static void PushOne(nint L, string? value)
    {
        if (value is null)
        {
            LuaStack.Push(L, true);
        }
        else
        {
            LuaStack.Push(L, value);
        }
    }
}
