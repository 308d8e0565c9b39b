using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.HmacAuth;

/// <summary>Which signatures are good enough.</summary>
sealed record HmacAuthConfig : IAuthenticationConfig
{
    const string Scheme = "hmac";

    /// <summary>Whether the service does not see the signature.</summary>
    public bool HideCredentials { get; init; }

    /// <summary>How far the request's date may be off, in seconds.</summary>
    [GreaterThan(0)]
    public double? ClockSkew { get; init; } = 300;

    /// <inheritdoc/>
    public string? Anonymous { get; init; }

    /// <summary>Whether the body is checked against the header <c>Digest</c>.</summary>
    public bool ValidateRequestBody { get; init; }

    /// <summary>The headers that must be signed.</summary>
    public IReadOnlyList<string>? EnforceHeaders { get; init; } = [];

    /// <summary>The algorithms that are allowed.</summary>
    [OneOf("hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512")]
    public IReadOnlyList<string>? Algorithms { get; init; } = ["hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512"];

    /// <summary>The realm of the challenge.</summary>
    [Optional]
    public string? Realm { get; init; }

    internal Refusal Refuse(string message) => Refusal.Unauthorized(message, Scheme, Realm);
}
