using System.Text;
using Gibbon.Pdk;

namespace Gibbon.Plugins.KeyAuth;

/// <summary>A name under which keys are sent, prepared for the search.</summary>
sealed class KeyName(string name)
{
    // As in Kong: a name in lower case finds a header of exactly that name first; any name finds one with '-' for each '_'.
    readonly byte[] dashed = Encoding.ASCII.GetBytes(name.ToLowerInvariant().Replace('_', '-'));
    readonly byte[]? exact = name.Contains('_') && !name.Any(char.IsAsciiLetterUpper) ? Encoding.ASCII.GetBytes(name) : null;

    /// <summary>The name as it was configured.</summary>
    public string Text => name;

    /// <summary>The key in a header.</summary>
    public SentKey InHeader(Request request)
    {
        var found = exact is null ? default : InHeader(request, exact);
        return found.IsPresent ? found : InHeader(request, dashed);
    }

    /// <summary>The key in the query. A flag (<c>?apikey</c>) is there, but is no key.</summary>
    public SentKey InQuery(Request request)
    {
        var argument = request.GetQueryArg(name);
        return argument.Count switch
        {
            0 => default,
            1 => SentKey.Of(argument.First),
            _ => SentKey.Several,
        };
    }

    /// <summary>The key in a decoded body.</summary>
    public SentKey InBody(DecodedBody body) => body.Map?.Get(name) switch
    {
        null => default,
        string text => SentKey.Of(text),
        System.Collections.IEnumerable => SentKey.Several,
        _ => SentKey.Of(null),
    };

    static SentKey InHeader(Request request, byte[] lowerName)
    {
        if (!request.TryGetHeader(lowerName, out var value))
            return default;

        var text = Encoding.UTF8.GetString(value);
        return request.CountHeader(lowerName) > 1 ? SentKey.Several : SentKey.Of(text);
    }
}
