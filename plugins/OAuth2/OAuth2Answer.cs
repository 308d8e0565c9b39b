using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.OAuth2;

/// <summary>What an endpoint answers: values, or what is wrong (RFC 6749, section 5.2).</summary>
sealed class OAuth2Answer
{
    /// <summary>The values.</summary>
    public ValueMap Values { get; private set; } = [];

    /// <summary>Whether something is wrong.</summary>
    public bool IsError => Values.ContainsKey("error");

    /// <summary>Whether the client showed itself in a header, so that the answer is a challenge.</summary>
    public bool IsChallenge { get; private set; }

    /// <summary>Says what is wrong, in place of what was said before.</summary>
    public void Fail(string error, string description) =>
        Values = new ValueMap { ["error"] = error, ["error_description"] = description };

    /// <summary>Says that the client is not who it says it is.</summary>
    /// <param name="inHeader">Whether it said so in a header.</param>
    public void FailClient(bool inHeader = false)
    {
        Fail("invalid_client", "Invalid client authentication");
        IsChallenge |= inHeader;
    }

    /// <summary>Takes what came of it over.</summary>
    public void Succeed(ValueMap values) => Values = values;

    /// <summary>Sends it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="body">What is sent in its place.</param>
    public ValueTask SendAsync(RequestContext context, ValueMap? body = null)
    {
        HeaderMap headers = new() { ["cache-control"] = "no-store", ["pragma"] = "no-cache" };
        if (IsChallenge)
            headers["www-authenticate"] = "Basic realm=\"OAuth2.0\"";

        return context.Response.Exit(IsError ? IsChallenge ? 401 : 400 : 200, body ?? Values, headers);
    }
}
