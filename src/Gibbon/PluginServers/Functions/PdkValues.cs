using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.Functions;

/// <summary>Headers, arguments and entities as untyped values, and back.</summary>
internal static class PdkValues
{
    /// <summary>Names in lower case; several values are a list.</summary>
    public static ValueMap Of(HeaderMap headers)
    {
        var map = new ValueMap(headers.Count);
        foreach ((string name, HeaderValue value) in headers)
        {
            map[name.ToLowerInvariant()] = value.Count == 1 ? value.First : List(value);
        }

        return map;
    }

    /// <summary>An argument without a value is <c>true</c>.</summary>
    public static ValueMap Of(QueryMap arguments)
    {
        var map = new ValueMap(arguments.Count);
        foreach ((string name, QueryValue value) in arguments)
        {
            map[name] = value.Count == 1 ? value[0] ?? (object)true : List(value);
        }

        return map;
    }

    /// <summary>An entity as Kong shows it: what is null is absent.</summary>
    public static ValueMap? Of(object? entity)
    {
        if (entity is null)
        {
            return null;
        }

        var map = new ValueMap();
        foreach ((string name, object? value) in entity as ValueMap ?? Schema.Unbind(entity))
        {
            if (value is not null)
            {
                map[name] = value;
            }
        }

        return map;
    }

    public static HeaderValue Header(string name, object? value) => value switch
    {
        string or bool or long or double => Value.ToText(value),
        byte[] bytes => System.Text.Encoding.UTF8.GetString(bytes),
        ValueList list => (string[])[.. list.Select(item => item as string
            ?? throw new KongArgumentException($"invalid header value in array \"{name}\": got {TypeOf(item)}, expected string"))],
        _ => throw new KongArgumentException(
            $"invalid header value for \"{name}\": got {TypeOf(value)}, expected array of string, string, number or boolean"),
    };

    public static HeaderMap Headers(ValueMap map)
    {
        var headers = new HeaderMap();
        foreach ((string name, object? value) in map)
        {
            headers[name] = Header(name, value);
        }

        return headers;
    }

    public static QueryMap Query(ValueMap map)
    {
        var arguments = new QueryMap();
        foreach ((string name, object? value) in map)
        {
            arguments[name] = Argument(name, value);
        }

        return arguments;
    }

    private static QueryValue Argument(string name, object? value)
    {
        switch (value)
        {
            case null:
                return default;
            case bool flag:
                return flag;
            case string or long or double:
                return Value.ToText(value);
            case ValueList list:
                QueryValue values = default;
                foreach (object? item in list)
                {
                    QueryValue one = Argument(name, item);
                    values = one.Exists ? values.With(one.First) : values;
                }

                return values;
            default:
                throw new KongArgumentException($"attempt to use table as query arg value: {name}");
        }
    }

    private static ValueList List(HeaderValue value)
    {
        var list = new ValueList(value.Count);
        for (int place = 0; place < value.Count; place++)
        {
            list.Add(value[place]);
        }

        return list;
    }

    private static ValueList List(QueryValue value)
    {
        var list = new ValueList(value.Count);
        for (int place = 0; place < value.Count; place++)
        {
            list.Add(value[place] ?? (object)true);
        }

        return list;
    }

    // What Lua calls it.
    private static string TypeOf(object? value) => value switch
    {
        null => "nil",
        bool => "boolean",
        long or double => "number",
        string or byte[] => "string",
        _ => "table",
    };
}
