using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.OAuth2;

/// <summary>What a client sent: the query, and for some methods the body, which counts more.</summary>
sealed class OAuth2Parameters
{
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
            parameters.values[name] = value.Count == 1 ? value.First ?? (object)true : value;

        if (request.Method is "POST" or "PUT" or "PATCH" && (await request.GetBodyAsync()).Map is { } body)
            foreach (var (name, value) in body)
                if (value is not null)
                    parameters.values[name] = value;

        return parameters;
    }
}
