using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.OAuth2;

/// <summary>Where a user is sent back to.</summary>
static class RedirectUri
{
    /// <summary>What is said of an address that the application did not register.</summary>
    public const string Unknown = "Invalid redirect_uri that does not match with any redirect_uri created with the application";

    /// <summary>Whether an address is registered. A client that names none gets the first.</summary>
    public static bool IsRegistered(OAuth2Parameters parameters, IReadOnlyList<string> registered, out string? uri)
    {
        uri = parameters["redirect_uri"] is { } asked ? asked as string : registered.FirstOrDefault();
        return uri is not null && registered.Contains(uri);
    }

    /// <summary>Adds values to an address: to its query, or behind <c>#</c>.</summary>
    public static string With(string uri, ValueMap values, bool inFragment)
    {
        var hash = uri.IndexOf('#', StringComparison.Ordinal);
        var (rest, fragment) = hash < 0 ? (uri, "") : (uri[..hash], uri[(hash + 1)..]);
        var mark = rest.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (rest, "") : (rest[..mark], rest[(mark + 1)..]);
        return inFragment
            ? $"{path}{(mark < 0 ? "" : "?")}{query}#{Merge(fragment, values)}"
            : $"{path}?{Merge(query, values)}{(hash < 0 ? "" : "#")}{fragment}";
    }

    static string Merge(string encoded, ValueMap values)
    {
        var args = QueryString.Parse(encoded, 100);
        foreach (var (name, value) in values)
            args[name] = Value.ToText(value);

        return QueryString.Write(args);
    }
}
