using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.OAuth2;

/// <summary>What a client sent: the query, and for some methods the body, which counts more.</summary>
sealed class OAuth2Parameters
{
    // Of JSON: Kong takes it for a value that is no text.
    static readonly object Null = new();

    readonly Dictionary<string, object> values = new(StringComparer.Ordinal);

    /// <summary>The value of a parameter: a text, or something else that is no proper value; <c>null</c> if it was not sent.</summary>
    public object? this[string name] => values.GetValueOrDefault(name);

    /// <summary>The text of a parameter; <c>null</c> if it was not sent or is none.</summary>
    public string? Text(string name) => this[name] as string;

    /// <summary>Reads the parameters of a request.</summary>
    public static async ValueTask<OAuth2Parameters> ReadAsync(Request request)
    {
        var parameters = new OAuth2Parameters();
        foreach (var (name, value) in request.GetQuery())
            parameters.values[name] = Plain(value);

        if (request.Method is "POST" or "PUT" or "PATCH" && (await request.GetBodyAsync()).Map is { } body)
            foreach (var (name, value) in body)
                parameters.values[name] = value ?? Null;

        return parameters;
    }

    /// <summary>What a client keeps with its request, and is told again: whatever it sent.</summary>
    public void TellState(ValueMap answer)
    {
        if (this["state"] is { } state)
            answer["state"] = state == Null ? null : state;
    }

    /// <summary>Arguments of a query as values: a flag is true, and one that occurs several times is a list.</summary>
    public static object Plain(QueryValue value)
    {
        if (value.Count == 1)
            return value.First ?? (object)true;

        var list = new ValueList();
        for (var i = 0; i < value.Count; i++)
            list.Add(value[i] ?? (object)true);

        return list;
    }
}
