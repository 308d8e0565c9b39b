using System.Globalization;
using System.Text;
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
        var args = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in QueryString.Parse(encoded, 100))
            args[name] = OAuth2Parameters.Plain(value);

        foreach (var (name, value) in values)
            args[name] = value;

        var parts = new List<string>(args.Count);
        foreach (var (name, value) in args)
            Add(parts, name, value);

        return string.Join('&', parts);
    }

    // The form of Kong's Admin API, not that of its queries: lists and objects are spelt out, and an empty text has no sign behind its name.
    static void Add(List<string> parts, string name, object? value)
    {
        switch (value)
        {
            case null:
                parts.Add(Escape(name) + "=");
                break;
            case ValueList list:
                for (var i = 0; i < list.Count; i++)
                    AddNested(parts, string.Create(CultureInfo.InvariantCulture, $"{name}[{i + 1}]"), list[i]);
                break;
            case ValueMap map:
                foreach (var (field, inner) in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                    AddNested(parts, $"{name}.{field}", inner);
                break;
            case "":
                parts.Add(name);
                break;
            default:
                parts.Add($"{Escape(name)}={Escape(Value.ToText(value))}");
                break;
        }
    }

    static void AddNested(List<string> parts, string name, object? value)
    {
        if (value is "")
            parts.Add(Escape(name) + "=");
        else
            Add(parts, name, value);
    }

    /// <summary>Escapes all but letters, digits and <c>_</c>, in lower case.</summary>
    static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b == '_')
                escaped.Append((char)b);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"%{b:x2}");
        }

        return escaped.ToString();
    }
}
