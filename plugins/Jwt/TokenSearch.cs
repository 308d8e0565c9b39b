using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Jwt;

/// <summary>The tokens that a client sent, each counted once however often it was sent.</summary>
struct TokenSearch
{
    bool hasFlag;

    /// <summary>The first token.</summary>
    public string? First { get; private set; }

    /// <summary>Whether there are others than <see cref="First"/>.</summary>
    public bool FoundSeveral { get; private set; }

    /// <summary>Whether all that was sent is an argument's name without a value (<c>?jwt</c>).</summary>
    public readonly bool FoundFlagOnly => hasFlag && First is null;

    /// <summary>Searches arguments, cookies and headers.</summary>
    public static TokenSearch In(Request request, JwtConfig config)
    {
        var search = default(TokenSearch);
        foreach (var name in config.UriParamNames ?? [])
            search.Add(request.GetQueryArg(name));

        foreach (var name in config.CookieNames ?? [])
            search.Add(Cookies.Find(request, name));

        foreach (var name in config.HeaderNames ?? [])
            search.Add(AfterBearer(request.GetHeader(name)));

        return search;
    }

    void Add(QueryValue argument)
    {
        for (var i = 0; i < argument.Count; i++)
        {
            if (argument[i] is { } text)
                Add(text);
            else
                AddFlag();
        }
    }

    void AddFlag()
    {
        FoundSeveral |= First is not null;
        hasFlag = true;
    }

    void Add(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return;

        FoundSeveral |= hasFlag || (First is not null && First != token);
        First ??= token;
    }

    /// <summary>What follows the word, which may stand anywhere in the header, spelt <c>Bearer</c> or <c>bearer</c>.</summary>
    static string? AfterBearer(ReadOnlySpan<char> header)
    {
        while (true)
        {
            var place = header.IndexOf("earer", StringComparison.Ordinal);
            if (place < 0)
                return null;

            var rest = header[(place + "earer".Length)..];
            if (place > 0 && header[place - 1] is 'b' or 'B' && rest.Length > 0 && char.IsWhiteSpace(rest[0]) && !rest.IsWhiteSpace())
                return rest.TrimStart().ToString();

            header = rest;
        }
    }
}
