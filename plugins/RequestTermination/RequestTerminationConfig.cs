using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.RequestTermination;

/// <summary>The answer.</summary>
sealed record RequestTerminationConfig : IConfigureSchema
{
    byte[]? bodyBytes;
    HeaderMap? bodyHeaders;

    /// <summary>Its status.</summary>
    [Between(100, 599)]
    public long StatusCode { get; init; } = 503;

    /// <summary>Its message, as JSON; excludes <see cref="ContentType"/> and <see cref="Body"/>.</summary>
    public string? Message { get; init; }

    /// <summary>The media type of <see cref="Body"/>.</summary>
    public string? ContentType { get; init; }

    /// <summary>Its body, sent as it is.</summary>
    public string? Body { get; init; }

    /// <summary>Whether the answer describes the request.</summary>
    public bool Echo { get; init; }

    /// <summary>The header or query argument without which a request is not answered here.</summary>
    [HeaderName]
    public string? Trigger { get; init; }

    internal string? MessageOrDefault => Message ?? StatusCode switch
    {
        401 => "Unauthorized",
        404 => "Not found",
        405 => "Method not allowed",
        500 => "An unexpected error occurred",
        502 => "Bad Gateway",
        503 => "Service unavailable",
        _ => null,
    };

    internal byte[]? BodyBytes => bodyBytes ??= Body is null ? null : Encoding.UTF8.GetBytes(Body);

    internal HeaderMap? BodyHeaders => bodyHeaders ??= ContentType is null ? null : new HeaderMap { ["Content-Type"] = ContentType };

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.CheckWhole(static config => config switch
    {
        _ when Has(config, "message") && (Has(config, "content_type") || Has(config, "body")) =>
            "message cannot be used with content_type or body",
        _ when Has(config, "content_type") && !Has(config, "body") => "content_type requires a body",
        _ => null,
    });

    static bool Has(ValueMap config, string name) => config.Get(name) is not null;
}
