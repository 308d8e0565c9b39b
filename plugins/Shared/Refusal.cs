using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared;

/// <summary>Why a client is not let in: the answer it gets unless an anonymous consumer stands in. Made once and used by all requests.</summary>
/// <param name="Status">The status.</param>
/// <param name="Message">The message.</param>
/// <param name="Headers">The headers: a challenge (RFC 9110, section 11.6.1).</param>
sealed record Refusal(int Status, string Message, HeaderMap? Headers = null)
{
    /// <summary>The body, for plugins that answer in JSON whatever the client prefers; <c>null</c> is <see cref="Message"/> in the client's form.</summary>
    public ValueMap? Json { get; init; }

    /// <summary>For failures that are not the client's.</summary>
    public static Refusal Unexpected { get; } = new(500, "An unexpected error occurred");

    /// <summary>Status 401 with a challenge.</summary>
    /// <param name="message">The message.</param>
    /// <param name="scheme">The scheme of the challenge.</param>
    /// <param name="realm">Its realm, if any.</param>
    public static Refusal Unauthorized(string message, string scheme, string? realm) =>
        new(401, message, new HeaderMap { ["WWW-Authenticate"] = realm is null ? scheme : $"{scheme} realm=\"{realm}\"" });

    /// <summary>Answers with it.</summary>
    /// <param name="context">The request.</param>
    public ValueTask AnswerAsync(RequestContext context) =>
        Json is null ? context.Response.Error(Status, Message, Headers) : context.Response.Exit(Status, Json, Headers);
}
